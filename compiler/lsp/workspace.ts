import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CheckedWorkspace } from "../service/diagnostics.ts";
import { createDocument, type Document } from "../service/document.ts";
import { readSource } from "../source/disk.ts";
import { projectFolder } from "../source/project-folder.ts";
import { STEP_OF_DISKS_MS, sagaFiles } from "../source/saga-files.ts";
import { normalizePath, type SourceResult, success } from "../source/source-set.ts";

/**
 * The files of a folder: those that are open as the editor has them, the others as the disk does. Paths are from the project's folder on, as
 * those of `sagac check`. The disk is looked at once between two calls of `refresh`, so that one answer speaks of one state of it.
 */
export class EditorWorkspace implements CheckedWorkspace {
  /** The folder that was opened, without links. */
  readonly folder: string;
  readonly #root: string;
  readonly #nowMs: () => number;
  readonly #list: () => string[];
  readonly #open = new Map<string, Document>();
  /** As the editor writes them, which is not as `pathToFileURL` does on every system. */
  readonly #uris = new Map<string, string>();
  readonly #read = new Map<string, Read>();
  /** What was looked at since the last refresh. */
  readonly #fresh = new Set<string>();
  #paths: readonly string[] | null = null;

  /** `deep`: with the folders below it. */
  constructor(folder: string, nowMs: () => number, { deep }: { readonly deep: boolean }) {
    this.folder = realPath(folder);
    this.#root = projectFolder(this.folder);
    this.#nowMs = nowMs;
    this.#list = sagaFiles(this.folder, nowMs, { deep });
  }

  refresh(): void {
    this.#fresh.clear();
    this.#paths = null;
  }

  /** `null`: it is none of this project. */
  open(uri: string, text: string): Document | null {
    const path = this.pathOf(uri);
    if (path === null) return null;
    const document = createDocument(path, text);
    this.#open.set(path, document);
    this.#uris.set(path, uri);
    this.#paths = null;
    return document;
  }

  close(uri: string): void {
    const path = this.pathOf(uri);
    if (path === null) return;
    this.#open.delete(path);
    this.#uris.delete(path);
    this.#paths = null;
  }

  document(path: string): Document | null {
    return this.#open.get(path) ?? this.#onDisk(path).document;
  }

  read(path: string): SourceResult {
    const open = this.#open.get(path);
    return open === undefined ? this.#onDisk(path).result : { ok: true, file: open };
  }

  paths(): readonly string[] {
    if (this.#paths !== null) return this.#paths;
    const prefix = slashed(relative(this.#root, this.folder));
    const onDisk = this.#list().map((path) => (prefix === "" ? path : `${prefix}/${path}`));
    const all = new Set([...[...this.#open.keys()].filter((path) => path.endsWith(".saga")), ...onDisk]);
    for (const path of this.#read.keys()) if (path.endsWith(".saga") && !all.has(path)) this.#read.delete(path);
    this.#paths = [...all].sort();
    return this.#paths;
  }

  /** `null`: it lies outside of the project. What has no file yet has a path that no file has. */
  pathOf(uri: string): string | null {
    const path = filePath(uri);
    return path === null ? `.unsaved/${encodeURIComponent(uri)}.saga` : normalizePath(slashed(relative(this.#root, path)));
  }

  uriOf(path: string): string {
    return this.#uris.get(path) ?? pathToFileURL(resolve(this.#root, path)).href;
  }

  #onDisk(path: string): Read {
    const known = this.#read.get(path);
    if (known !== undefined && this.#fresh.has(path)) return known;
    this.#fresh.add(path);
    const stat = statSync(resolve(this.#root, path), { throwIfNoEntry: false });
    const stamp = stat?.isFile() === true ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : null;
    if (known !== undefined && known.stamp === stamp && (stamp === null || known.settled)) return known;
    const result = readSource(this.#root, path);
    const settled = stat !== undefined && this.#nowMs() - stat.mtimeMs > STEP_OF_DISKS_MS;
    if (known?.document !== null && known !== undefined && result.ok && known.document.text === result.file.text) {
      const same = { ...known, stamp, settled };
      this.#read.set(path, same);
      return same;
    }
    const document = result.ok ? createDocument(path, result.file.text) : null;
    const read = { stamp, settled, document, result: document === null ? result : success(path, document.text) };
    this.#read.set(path, read);
    return read;
  }
}

/** A file as it was read. */
interface Read {
  /** Changes with the file; `null`: there is none. */
  readonly stamp: string | null;
  /** It had not just been written, so that another change shows in the stamp. */
  readonly settled: boolean;
  readonly result: SourceResult;
  readonly document: Document | null;
}

/** The path that a URI names, its folder without links; `null`: it names no file. */
export function filePath(uri: string): string | null {
  try {
    const path = fileURLToPath(uri);
    return join(realPath(dirname(path)), basename(path));
  } catch {
    return null; // `untitled:`, or no path of this system: `file://host/…`, `%2F`.
  }
}

/** Without links, as far as it is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
