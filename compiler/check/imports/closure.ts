import type { FileNode } from "../../ast/nodes.ts";
import { type ParsedFile, parseFile } from "../../ast/parse.ts";
import type { SourceFailure, SourceFile, SourceSet } from "../../source/source-set.ts";
import type { Outside } from "./outside.ts";
import { importPath } from "./paths.ts";
import { type OpenTypeScript, typescriptReader } from "./typescript/reader.ts";

/** What a compilation takes from earlier ones, for an editor that asks again and again. All of it gives what would come of the texts anew. */
export interface Memory {
  /** The tree of a source, as `parseFile` reads it. */
  parsed(source: SourceFile): ParsedFile;
  readonly typescript: OpenTypeScript;
  /** Names that files beside those of the compilation import from one of them, so that they count as used. */
  importedElsewhere(path: string): Iterable<string>;
}

/** Files and all that they import, through each other. */
export interface Closure {
  /** Those that were asked for in their order, then the others as they were come upon. */
  readonly files: readonly ReadFile[];
  /** Files that were asked for and could not be read. */
  readonly unreadable: readonly SourceFailure[];
}

export interface ReadFile {
  readonly source: SourceFile;
  readonly parsed: ParsedFile;
  /** Whether it was asked for by its path; else another file imports it. */
  readonly asked: boolean;
}

/** Reads each file once, also where files import each other in a circle. */
export function readClosure(sources: SourceSet, paths: readonly string[], memory: Memory | null = null): Closure {
  const files = new Map<string, ReadFile>();
  const unreadable: SourceFailure[] = [];
  const pending: string[] = [];
  const open = (path: string, asked: boolean): void => {
    const result = sources.read(path);
    if (!result.ok) {
      if (asked) unreadable.push(result.failure);
      return;
    }
    const source = result.file;
    if (files.has(source.path)) return;
    const parsed = memory?.parsed(source) ?? parseFile(source.text, source.path);
    files.set(source.path, { source, parsed, asked });
    pending.push(...imported(parsed.file, "saga"));
  };
  for (const path of paths) open(path, true);
  for (let at = 0; at < pending.length; at++) open(pending[at] ?? "", false);
  return { files: [...files.values()], unreadable };
}

/** What imports find in a set beside the files of a closure. */
export function outsideOf(sources: SourceSet, { files }: Closure, memory: Memory | null = null): Outside {
  const roots = [...new Set(files.flatMap(({ parsed }) => imported(parsed.file, "typescript")))];
  return {
    why(path) {
      const result = sources.read(path);
      return result.ok ? null : result.failure;
    },
    list: () => sources.list(),
    typescript: typescriptReader(sources, roots, memory?.typescript),
    importedElsewhere: (path) => memory?.importedElsewhere(path) ?? [],
  };
}

function imported(file: FileNode, language: "saga" | "typescript"): string[] {
  return file.declarations.flatMap((node) => {
    const found = node.kind === "import" ? importPath(file.span.file, node) : null;
    return found?.ok && found.language === language ? [found.path] : [];
  });
}
