import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "./problems.ts";

/** Never looked into: they hold copies of sources, or none. */
const IGNORED = ["**/node_modules/**", "**/dist/**", "**/generated/**"];

/**
 * The `.saga` files that arguments name: files, folders and patterns. Absolute paths, sorted by code units, each once.
 * Throws `UsageError` for an argument that leads to none.
 */
export async function findSources(paths: readonly string[], cwd: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    for (const file of await sourcesOf(path, cwd)) found.add(file);
  }
  return [...found].sort(byCodeUnits);
}

async function sourcesOf(path: string, cwd: string): Promise<readonly string[]> {
  const absolute = resolve(cwd, path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat?.isFile() === true) {
    if (!path.endsWith(".saga")) throw new UsageError("not-a-saga-file", { path });
    return [absolute];
  }
  const { glob, isDynamicPattern } = await import("tinyglobby");
  if (stat?.isDirectory() === true) {
    const files = await glob("**/*.saga", { ...GLOB_OPTIONS, cwd: absolute });
    if (files.length === 0) throw new UsageError("no-sources", { path });
    return files;
  }
  const pattern = path.replaceAll("\\", "/");
  if (!isDynamicPattern(pattern)) throw new UsageError("no-such-path", { path });
  const files = (await glob(pattern, { ...GLOB_OPTIONS, cwd })).filter((file) => file.endsWith(".saga"));
  if (files.length === 0) throw new UsageError("no-match", { path });
  return files;
}

const GLOB_OPTIONS = {
  absolute: true,
  expandDirectories: false,
  followSymbolicLinks: false,
  ignore: IGNORED,
  onlyFiles: true,
} as const;

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
