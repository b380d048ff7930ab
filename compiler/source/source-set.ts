import { createLineTable, type LineTable } from "./line-table.ts";

/** One source text as it was when it was read. */
export interface SourceFile {
  /** Relative to the set's root, with `/`, without `.` and `..`: `sagas/place-order/place-order.saga`. */
  readonly path: string;
  readonly text: string;
  readonly lines: LineTable;
}

/** Why a file could not be read. */
export interface SourceFailure {
  readonly path: string;
  /** `outside`: the path leaves the root; `missing`; `unreadable`: a directory, no permission, not UTF-8, or too large. */
  readonly reason: "outside" | "missing" | "unreadable";
  /** For people; names no absolute path. */
  readonly message: string;
}

export type SourceResult =
  | { readonly ok: true; readonly file: SourceFile }
  | { readonly ok: false; readonly failure: SourceFailure };

/**
 * The files of one compilation. The command line reads the disk, an editor its open buffers, tests and the playground memory.
 * A set answers the same for the same path as long as it lives: make a new one for a new compilation.
 */
export interface SourceSet {
  /** Reads a file by its path from the root. Never throws for what a path or a file can be. */
  read(path: string): SourceResult;
  /** The `.saga` files there are, sorted by code units. */
  list(): readonly string[];
  /** Every path that was asked for so far, sorted, missing ones too: what a watcher must watch. */
  readPaths(): readonly string[];
}

/** A source set over texts in memory: path to text. Paths that leave the root are not in it. */
export function memorySources(files: Readonly<Record<string, string>> | ReadonlyMap<string, string>): SourceSet {
  const texts = new Map<string, string>();
  for (const [path, text] of files instanceof Map ? files : Object.entries(files)) {
    const clean = normalizePath(path);
    if (clean !== null) texts.set(clean, text);
  }
  return cachedSources(
    (path) => {
      const text = texts.get(path);
      return text === undefined ? failure(path, "missing", `There is no file \`${path}\`.`) : success(path, text);
    },
    () => [...texts.keys()],
  );
}

/** A set in which `texts` stand in place of what `base` has for their paths. */
export function overlaySources(base: SourceSet, texts: ReadonlyMap<string, string>): SourceSet {
  return cachedSources(
    (path) => {
      const text = texts.get(path);
      return text === undefined ? base.read(path) : success(path, text);
    },
    () => [...new Set([...base.list(), ...texts.keys()])],
  );
}

/** Adds to a way of reading what every set does alike: clean paths, one answer a path, the list of what was read. */
export function cachedSources(load: (path: string) => SourceResult, paths: () => readonly string[]): SourceSet {
  const known = new Map<string, SourceResult>();
  return {
    read(path) {
      const clean = normalizePath(path);
      // Where a file may be called so, it is not the file of that path with `/`.
      if (path.includes("\\")) return failure(path, "unreadable", `\`${path}\` has a \`\\\` in it, and is not read: rename it.`);
      if (clean === null) return failure(path, "outside", `\`${path}\` lies outside of the project.`);
      const found = known.get(clean);
      if (found !== undefined) return found;
      const result = load(clean);
      known.set(clean, result);
      return result;
    },
    list: () => [...paths()].filter((path) => path.endsWith(".saga")).sort(byCodeUnits),
    readPaths: () => [...known.keys()].sort(byCodeUnits),
  };
}

/**
 * `a/./b/../c` as `a/c`, with `/`. `null` for what leaves the root, is absolute, or holds a NUL: nothing outside of the
 * project is ever read by what a source file says.
 */
export function normalizePath(path: string): string | null {
  if (path.includes("\0") || /^(?:[\\/]|[A-Za-z]:)/.test(path)) return null;
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join("/");
}

/** How the file `from` names the file `to`: `./b.saga`, `../b/c.saga`. Both are clean paths. */
export function relativePath(from: string, to: string): string {
  const [here, there] = [from.split("/").slice(0, -1), to.split("/")];
  let shared = 0;
  while (shared < here.length && here[shared] === there[shared]) shared += 1;
  const up = here.slice(shared).map(() => "..");
  const path = [...up, ...there.slice(shared)].join("/");
  return up.length === 0 ? `./${path}` : path;
}

export function success(path: string, text: string): SourceResult {
  return { ok: true, file: { path, text, lines: createLineTable(text) } };
}

export function failure(path: string, reason: SourceFailure["reason"], message: string): SourceResult {
  return { ok: false, failure: { path, reason, message } };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
