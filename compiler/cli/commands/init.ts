import { existsSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { VERSION } from "../../version.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { TemplateName } from "../options.ts";
import { jsonText } from "../output.ts";
import { UsageError } from "../problems.ts";
import { slashed } from "../project.ts";
import { newSaga, TEMPLATES } from "../templates/index.ts";
import { writeText } from "../write-files.ts";

export interface InitOptions {
  readonly format: "text" | "json";
  readonly template: TemplateName;
}

/** `sagac init`: a project to begin with. Asks nothing, and leaves every file that is there as it is. */
export async function init(dir: string, { format, template }: InitOptions, io: Io): Promise<ExitCode> {
  const folder = resolve(io.cwd, dir);
  const files = { ...projectFiles(basename(folder)), ...TEMPLATES[template].sources };
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const shown = slashed(relative(io.cwd, join(folder, path)));
    if (existsSync(join(folder, path))) kept.push(shown);
    else {
      await writeText(join(folder, path), shown, text, "user");
      written.push(shown);
    }
  }
  const into = slashed(relative(io.cwd, folder));
  const next = [...(into === "" ? [] : [`cd ${quoted(into)}`]), "npm install", "npx sagac build", "npm test"];
  if (format === "json") {
    io.stdout.write(jsonText({ schema: 1, command: "init", template, written, kept, next }));
    return EXIT.ok;
  }
  io.stdout.write(written.map((path) => `${path}\n`).join(""));
  io.stderr.write(kept.map((path) => `${path} is there already, and stays as it is.\n`).join(""));
  io.stderr.write(`\nNext:\n${next.map((command) => `  ${command}\n`).join("")}`);
  return EXIT.ok;
}

/** `sagac new`: a source with one saga, whose name is given in any case. */
export async function newSource(name: string, options: { readonly format: "text" | "json" }, io: Io): Promise<ExitCode> {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[\s_-]+/)
    .filter((word) => word !== "");
  const pascal = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  if (!/^[A-Z][A-Za-z0-9]{0,79}$/.test(pascal))
    throw new UsageError("wrong-arguments", {
      detail: `\`${name}\` is no name of a saga: use letters and digits, as in \`refund-order\`.`,
    });
  const path = `${words.map((word) => word.toLowerCase()).join("-")}.saga`;
  if (existsSync(resolve(io.cwd, path))) throw new UsageError("is-there", { path });
  await writeText(resolve(io.cwd, path), path, newSaga(pascal), "user");
  io.stdout.write(
    options.format === "json" ? jsonText({ schema: 1, command: "new", saga: pascal, written: [path] }) : `${path}\n`,
  );
  return EXIT.ok;
}

function projectFiles(folder: string): Readonly<Record<string, string>> {
  const name =
    folder
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, "-")
      .replaceAll(/^[._-]+|[._-]+$/g, "") || "sagas";
  const manifest = {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: { build: "sagac build", check: "sagac check && tsc", test: "sagac verify && vitest run" },
    dependencies: { "@sagac/runtime": VERSION, xstate: "^5.33.3", zod: "^4.6.7" },
    devDependencies: { sagac: VERSION, typescript: "^7.0.2", vitest: "^5.1.1", "@types/node": "^24.0.0" },
  };
  const compilerOptions = {
    module: "nodenext",
    target: "es2024",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: ["node"],
  };
  return {
    "package.json": json(manifest),
    "tsconfig.json": json({ compilerOptions }),
    "sagac.config.ts": `import { defineConfig } from "sagac";

export default defineConfig({
  sources: ["sagas"],
  // A test of each saga's machine, for vitest.
  tests: true,
});
`,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
