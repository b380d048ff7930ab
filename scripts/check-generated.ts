/**
 * `npm run check:generated [-- --root <folder>]`: makes everything that is generated and checked in once more, in a temporary folder, and
 * compares it byte for byte. It also shows that the output depends on no place: the temporary folder is another one each time.
 * Exit code 1 and a line for each file that is missing, different or left over.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";

const HERE = dirname(import.meta.dirname);
const { values } = parseArgs({ options: { root: { type: "string", default: HERE } } });
const root = resolve(values.root);

const again = mkdtempSync(join(tmpdir(), "saga-generated-"));
try {
  const folders = await buildSagas(root, again);
  const problems = folders.flatMap((folder) => differences(folder));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0)
    process.stderr.write("Generated files are not up to date: run `npm run sagac -- build --tests sagas`.\n");
  else process.stdout.write(`${folders.length} folder(s) of generated files are up to date.\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(again, { recursive: true });
}

/** Builds a copy of every `.saga` file under `sagas/`; gives the folders, from the root, that the build writes. */
async function buildSagas(from: string, to: string): Promise<string[]> {
  const sources = globSync("sagas/**/*.saga", { cwd: from, exclude: (name) => name === "node_modules" }).sort();
  // What stands beside a source may be imported by it, as a type.
  const beside = [...new Set(sources.map(dirname))].flatMap((folder) => globSync(`${folder}/*.ts`, { cwd: from }));
  for (const file of [...sources, ...beside, "tsconfig.json"]) {
    mkdirSync(join(to, dirname(file)), { recursive: true });
    cpSync(join(from, file), join(to, file));
  }
  const sagac = join(HERE, "compiler", "cli", "main.ts");
  await promisify(execFile)(process.execPath, [sagac, "build", "--tests", "--no-steps", "--quiet", ...sources], { cwd: to });
  return [...new Set(sources.map((file) => `${dirname(file)}/generated`))];
}

/** What is not as it would be made now, a line a file. */
function differences(folder: string): string[] {
  const made = filesIn(join(again, folder));
  const there = filesIn(join(root, folder));
  return [...new Set([...made, ...there])].sort().flatMap((name) => {
    const shown = `${folder}/${name}`;
    if (!there.includes(name)) return [`missing: ${shown}`];
    if (!made.includes(name)) return [`left over: ${shown} (nothing makes it)`];
    const same = readFileSync(join(again, shown)).equals(readFileSync(join(root, shown)));
    return same ? [] : [`different: ${shown}`];
  });
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}
