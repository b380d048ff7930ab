/**
 * `node test/vscode/install.ts`: a VS Code that runs without a screen, for `npm run test:vscode`: code-server from npm, built from source where
 * it has parts in C++, in a folder of the system's for temporary files. Ten minutes and 600 MB the first time, nothing after that. It stays
 * out of the repository's own `npm ci`. On Debian the libraries and Chromium are installed where they are missing and can be.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CHROMIUM, CODE_SERVER_FOLDER, CODE_SERVER_VERSION } from "./places.ts";

const LIBRARIES = ["libkrb5-dev", "libx11-dev", "libxkbfile-dev", "libsecret-1-dev"];
/** Modules with a part in C++, from `node_modules` on. */
const NATIVE = [
  "argon2",
  ...[
    "node-pty",
    "@vscode/spdlog",
    "@vscode/native-watchdog",
    "@parcel/watcher",
    "@vscode/fs-copyfile",
    "@vscode/deviceid",
    "@vscode/sqlite3",
  ].map((name) => `code-server/lib/vscode/node_modules/${name}`),
];

const ready = join(CODE_SERVER_FOLDER, "ready");
if (CHROMIUM === null) installFromDebian(["chromium"]);
if (!existsSync(ready)) {
  installFromDebian(LIBRARIES);
  mkdirSync(CODE_SERVER_FOLDER, { recursive: true });
  writeFileSync(join(CODE_SERVER_FOLDER, "package.json"), '{ "private": true }\n');
  npm(CODE_SERVER_FOLDER, ["install", `code-server@${CODE_SERVER_VERSION}`]);
  const modules = join(CODE_SERVER_FOLDER, "node_modules");
  npm(join(modules, "code-server", "lib", "vscode"), ["install", "--omit=dev"]);
  for (const name of NATIVE) build(join(modules, name));
  writeFileSync(ready, "");
}

function npm(cwd: string, args: readonly string[]): void {
  say(`npm ${args.join(" ")} in ${cwd}`);
  execFileSync("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund"], { cwd, stdio: "inherit" });
}

/** By the `node-gyp` that npm brings along, with the headers that stand beside this Node, if any do. */
function build(folder: string): void {
  say(`building ${folder}`);
  const [npmPath = ""] = execFileSync("npm", ["exec", "--", "node", "-p", "process.env.npm_execpath"], { encoding: "utf8" })
    .trim()
    .split("\n");
  const gyp = join(dirname(dirname(npmPath)), "node_modules", "node-gyp", "bin", "node-gyp.js");
  const beside = dirname(dirname(process.execPath));
  const headers = existsSync(join(beside, "include", "node", "node.h")) ? [`--nodedir=${beside}`] : [];
  execFileSync(process.execPath, [gyp, "rebuild", ...headers], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

function installFromDebian(packages: readonly string[]): void {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    say(`Needs ${packages.join(", ")}: install them where they are missing.`);
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { stdio: "inherit", env });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
