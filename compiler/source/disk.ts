import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { sagaFiles } from "./saga-files.ts";
import { cachedSources, failure, type SourceResult, type SourceSet, success } from "./source-set.ts";

/** Larger files are not even read; the grammar's own limit is lower and has a diagnostic of its own. */
const READ_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * A source set over a folder on the disk. Symbolic links are followed only as long as they stay inside `root`; `list` walks
 * the folder, leaving out `node_modules`, `dist`, `generated` and names that begin with a dot.
 */
export function diskSources(root: string): SourceSet {
  const realRoot = realpathSync(root);
  return cachedSources((path) => readSource(realRoot, path), sagaFiles(realRoot, Date.now));
}

/** Reads a file below `root`, which is a real path, without links. Never throws. */
export function readSource(root: string, path: string): SourceResult {
  try {
    const real = realpathSync(join(root, path));
    const below = root.endsWith(sep) ? root : root + sep; // the whole disk ends with one already
    if (real !== root && !real.startsWith(below)) return failure(path, "outside", `\`${path}\` leads out of the project.`);
    const stat = statSync(real);
    if (!stat.isFile()) return failure(path, "unreadable", `\`${path}\` is not a file.`);
    if (stat.size > READ_LIMIT_BYTES)
      return failure(path, "unreadable", `\`${path}\` is larger than ${READ_LIMIT_BYTES >> 20} MiB.`);
    return success(path, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(real)));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return failure(path, "missing", `There is no file \`${path}\`.`);
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return failure(path, "unreadable", `\`${path}\` is not UTF-8 text.`);
    return failure(path, "unreadable", `\`${path}\` cannot be read (${String(code ?? "unknown reason")}).`);
  }
}
