import { statSync } from "node:fs";
import { resolve } from "node:path";
import { SKIPPED_FOLDERS } from "../source/saga-files.ts";
import { UsageError } from "./problems.ts";

/** Never looked into: they hold copies of sources, or none. */
const IGNORED = SKIPPED_FOLDERS.map((name) => `**/${name}/**`);

/**
 * The `.saga` files that arguments name: files, folders and patterns. Absolute paths, sorted by code units, each once.
 * Throws `UsageError` for an argument that leads to none; with `none` that is no mistake of a folder that is there and of a pattern.
 */
export async function findSources(
  paths: readonly string[],
  cwd: string,
  { none = false }: { readonly none?: boolean } = {},
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const files = await sourcesOf(path, cwd);
    if (files.length === 0 && !none) throw new UsageError(isFolder(resolve(cwd, path)) ? "no-sources" : "no-match", { path });
    for (const file of files) found.add(file);
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
    return await glob("**/*.saga", { ...GLOB_OPTIONS, cwd: absolute });
  }
  const pattern = path.replaceAll("\\", "/");
  if (!isDynamicPattern(pattern)) throw new UsageError("no-such-path", { path });
  return (await glob(pattern, { ...GLOB_OPTIONS, cwd })).filter((file) => file.endsWith(".saga"));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
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
