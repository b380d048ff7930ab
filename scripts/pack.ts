/**
 * `npm run pack:all`: makes of each package what npm is given, JavaScript with declarations (Node strips no types under `node_modules`),
 * in `dist/packages/<folder>/`, and packs it into `dist/<name>-<version>.tgz`. The sources keep pointing at `.ts` files. What people wait for,
 * the grammar and the compiler, is put together into few files, of which each command loads its own; dependencies stay packages. No source maps:
 * what is left when the types are gone reads like the source. Prints the tarballs, one a line.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const ROOT = dirname(import.meta.dirname);
const DIST = join(ROOT, "dist");
const EMITTED = join(DIST, "emitted");
const PACKAGES = ["grammar", "compiler", "runtime"] as const;
/** Loading some four hundred modules takes longer than checking a saga. */
const BUNDLED: ReadonlySet<string> = new Set(["grammar", "compiler"]);

/** Read by the code at run time, from beside it; and what users take as it is. */
const DATA_FILES = ["**/*.{lua,sql}", "observe/*.{yml,json}"];

/** The parts of a `package.json` that change on the way, or that must be there. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly type: "module";
  readonly engines: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "scripts/tsconfig.pack.json"], {
  cwd: ROOT,
  stdio: "inherit",
});
const manifests = new Map(PACKAGES.map((folder) => [folder, readManifest(folder)]));
const versions = new Map([...manifests.values()].map(({ name, version }) => [name, version]));
for (const [folder, manifest] of manifests) {
  const to = join(DIST, "packages", folder);
  const bundled = BUNDLED.has(folder);
  cpSync(join(EMITTED, folder), to, { recursive: true, filter: (file) => !bundled || !file.endsWith(".js") });
  if (bundled) await bundle(folder, manifest, to);
  for (const file of globSync(DATA_FILES, { cwd: join(ROOT, folder), exclude: (name) => name === "node_modules" })) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(ROOT, folder, file), join(to, file));
  }
  // What `sagac explain` prints.
  if (folder === "compiler") cpSync(join(ROOT, "docs", "errors"), join(to, "errors"), { recursive: true });
  copyFileSync(join(ROOT, "LICENSE"), join(to, "LICENSE"));
  copyFileSync(join(ROOT, folder, "README.md"), join(to, "README.md"));
  writeFileSync(join(to, "package.json"), `${JSON.stringify(published(manifest), null, 2)}\n`);
  process.stdout.write(`${join("dist", pack(to))}\n`);
}
rmSync(EMITTED, { recursive: true });

/** The entries of a package and what they share; what is imported when it is needed stays a file of its own. */
async function bundle(folder: string, { bin = {}, exports }: Manifest, to: string): Promise<void> {
  const entries = [...Object.values(bin), ...Object.values(exports)];
  await build({
    entryPoints: entries.map((file) => join(EMITTED, folder, compiled(file, ".js"))),
    outbase: join(EMITTED, folder),
    outdir: to,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node22",
    packages: "external",
    logLevel: "warning",
  });
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as Manifest;
}

/** The manifest as npm gets it: entries are JavaScript with their declarations, and sister packages are of exactly this version. */
function published({ bin, exports, dependencies, ...rest }: Manifest): unknown {
  const entries = Object.entries(exports).map(([key, file]) => [
    key,
    { types: compiled(file, ".d.ts"), default: compiled(file, ".js") },
  ]);
  const commands = Object.entries(bin ?? {}).map(([name, file]) => [name, compiled(file, ".js")]);
  const needed = Object.entries(dependencies).map(([name, range]) => [name, versions.get(name) ?? range]);
  return {
    ...rest,
    ...(commands.length > 0 ? { bin: Object.fromEntries(commands) } : {}),
    exports: Object.fromEntries(entries),
    files: ["**/*.js", "**/*.d.ts", "errors/*.md", ...DATA_FILES],
    dependencies: Object.fromEntries(needed),
  };
}

function compiled(file: string, ending: ".js" | ".d.ts"): string {
  if (!file.endsWith(".ts")) throw new Error(`an entry of a package is a .ts file, not ${file}`);
  return `${file.slice(0, -".ts".length)}${ending}`;
}

/** Packs a folder; gives the tarball's name. */
function pack(folder: string): string {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const answer = execFileSync(npm, ["pack", "--json", "--ignore-scripts", "--pack-destination", DIST], {
    cwd: folder,
    encoding: "utf8",
  });
  const [packed] = JSON.parse(answer) as { readonly filename: string }[];
  if (packed === undefined) throw new Error(`npm packed nothing in ${folder}`);
  return packed.filename;
}
