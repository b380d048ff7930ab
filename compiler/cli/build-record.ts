import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ImportExtension } from "../emit/target.ts";
import { projectFolder } from "../source/project-folder.ts";
import { VERSION } from "../version.ts";
import type { BuildOptions } from "./options.ts";
import type { Project } from "./project.ts";
import { writeText } from "./write-files.ts";

/**
 * What a build has read and written, by which the next one knows what it need not do again. Only hashes: nothing is ever written that comes
 * from it. Builds that are asked whether all is up to date do not ask it.
 */
export interface BuildRecord {
  /** `null`: the next one is to look itself, as when something was said that is to be said again. */
  readonly whole: WholeBuild | null;
  readonly sagas: readonly RecordedSaga[];
}

/** A build after which there was nothing to do and nothing to say. Paths are absolute but for sources. */
export interface WholeBuild {
  /** Of the files that were asked for, from the root. */
  readonly asked: readonly string[];
  /** All that were read, from the root; `null`: there was none. */
  readonly sources: readonly Hashed[];
  /** Of the sources there were, where that was asked. */
  readonly listed: string | null;
  /** By generated folder. */
  readonly importExtensions: readonly (readonly [folder: string, extension: ImportExtension])[];
  /** By folder of a source. */
  readonly locks: readonly (readonly [folder: string, lock: string])[];
  /** Names in folders of released versions. */
  readonly folders: readonly Hashed[];
  /** Locks, released files, and all that was made. */
  readonly files: readonly Hashed[];
  readonly sagaCount: number;
  readonly fileCount: number;
  /** Sagas that are imported and were not part of it, with their files as they are shown. */
  readonly unbuilt: readonly { readonly saga: string; readonly shown: string }[];
}

/** `null`: there is no such thing. */
export type Hashed = readonly [path: string, hash: string | null];

/** What was made of a saga. */
export interface RecordedSaga {
  readonly saga: string;
  readonly generatedFolder: string;
  /** Its plan, and how it was made into files. */
  readonly made: string;
  /** From the generated folder, in their order. */
  readonly files: readonly Hashed[];
}

/** The record of builds that are asked for the same; `null`: there is no place for one, or none is wanted. */
export interface RecordFile {
  /** `null`: there is none, or it is of another sagac, or damaged. */
  read(): BuildRecord | null;
  /** Where that is not allowed, the next build does all again. */
  write(record: BuildRecord): Promise<void>;
}

/** In the nearest `node_modules` at or above the root; a project without any has no record. `paths` and `options`: after the configuration. */
export function recordFile(project: Project, paths: readonly string[], options: BuildOptions, cwd: string): RecordFile | null {
  const { check, dryRun, frozen, outDir, importExtension, steps, tests } = options;
  const root = project.absolute(".");
  const modules = check || dryRun || frozen ? null : nearestModules(root);
  if (modules === null) return null;
  const asked = hash(JSON.stringify([root, cwd, paths, outDir, importExtension, steps, tests]));
  const path = join(modules, ".cache/sagac", `build-${asked.slice(0, 16)}.json`);
  return {
    read() {
      const [head, body] = halves(textOr(path, ""));
      return head !== headOf(body) ? null : (JSON.parse(body) as BuildRecord);
    },
    async write(record) {
      const body = JSON.stringify(record);
      const head = headOf(body);
      if (head !== null) await writeText(path, project.shown(path), `${head}\n${body}`, "rebuildable").catch(() => {});
    },
  };
}

export function hash(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** `null`: there is no such file, or it cannot be read. */
export function hashOfFile(path: string): string | null {
  try {
    return hash(readFileSync(path));
  } catch {
    return null;
  }
}

/** Of what stands in a folder, by name. */
export function hashOfFolder(path: string): string {
  return hash(JSON.stringify(filesIn(path)));
}

/** Absolute and sorted; none where there is no folder. */
export function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

export function textOr<T>(path: string, otherwise: T): string | T {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}

/** Says which sagac wrote the record, and that it is as it was written. `null`: the compiler's files cannot be looked at. */
function headOf(body: string): string | null {
  try {
    return `sagac ${VERSION} ${hash(`${compilerStamp()}\n${body}`)}`;
  } catch {
    return null;
  }
}

function halves(text: string): readonly [head: string, body: string] {
  const end = text.indexOf("\n");
  return end < 0 ? ["", ""] : [text.slice(0, end), text.slice(end + 1)];
}

let stamp: string | null = null;

/** Of the files of this compiler as they stand: one may be patched, or be worked on. */
function compilerStamp(): string {
  const packages = [import.meta.url, import.meta.resolve("@sagac/grammar")].map((url) =>
    projectFolder(dirname(fileURLToPath(url))),
  );
  stamp ??= hash(JSON.stringify([process.version, ...packages.flatMap(stamps)]));
  return stamp;
}

function stamps(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : stamps(path);
    // The link itself: what it leads to may be gone.
    const { size, mtimeMs } = lstatSync(path);
    return [`${entry.name} ${size} ${mtimeMs}`];
  });
}

function nearestModules(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "node_modules");
    if (existsSync(path)) return path;
    if (dirname(at) === at) return null;
  }
}
