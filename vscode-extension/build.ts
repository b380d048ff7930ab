/**
 * `npm run build`: puts what the extension is made of into `dist/vscode-extension/` of the repository, and nothing else: two bundles, what is
 * derived from the grammar, manifest and pages. `npm run package` makes a `.vsix` of it, with a `vsce` that is fetched for it; prints its path.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "..");
const STAGE = join(ROOT, "dist", "vscode-extension");
/** Brings along more than all the rest of the repository's tools, and is needed for nothing else. */
const VSCE = "@vscode/vsce@4.1.0";

const { values } = parseArgs({ options: { package: { type: "boolean", default: false } } });
rmSync(STAGE, { recursive: true, force: true });
mkdirSync(STAGE, { recursive: true });
const common = {
  bundle: true,
  platform: "node",
  target: "node22",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
} as const;
await build({
  ...common,
  entryPoints: [join(HERE, "src", "extension.ts")],
  outfile: join(STAGE, "extension.cjs"),
  format: "cjs",
  external: ["vscode"],
});
await build({
  ...common,
  entryPoints: [join(HERE, "src", "server.ts")],
  outfile: join(STAGE, "server.mjs"),
  format: "esm",
  // Packages that are CommonJS ask for Node's modules by `require`.
  banner: { js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);' },
});
for (const name of ["saga.tmLanguage.json", "saga.code-snippets.json", "language-configuration.json"])
  copyFileSync(join(ROOT, "grammar", "generated", name), join(STAGE, name));
copyFileSync(join(ROOT, "LICENSE"), join(STAGE, "LICENSE"));
copyFileSync(join(HERE, "README.md"), join(STAGE, "README.md"));
const { scripts: _, devDependencies: __, ...manifest } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
// All that lies in this folder is meant to.
writeFileSync(join(STAGE, "package.json"), `${JSON.stringify({ ...manifest, files: ["*"] }, null, 2)}\n`);
if (values.package) {
  const vsix = join(ROOT, "dist", `${manifest.name}-${manifest.version}.vsix`);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["exec", "--yes", `--package=${VSCE}`, "--", "vsce", "package", "--no-dependencies", "--allow-missing-repository"];
  execFileSync(npm, [...args, "--out", vsix], { cwd: STAGE, stdio: ["ignore", "ignore", "inherit"] });
  process.stdout.write(`${relative(process.cwd(), vsix)}\n`);
}
