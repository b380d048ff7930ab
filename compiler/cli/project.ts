import { dirname, join, relative, resolve, sep } from "node:path";
import { collectDiagnostics, type Report } from "../diagnostics/collect.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diskSources } from "../source/disk.ts";
import { projectFolder } from "../source/project-folder.ts";
import type { SourceFile, SourceSet } from "../source/source-set.ts";
import type { Span } from "../source/span.ts";
import { loadConfig, sourcesOf } from "./config-file.ts";
import { findSources } from "./find-sources.ts";

/**
 * The sources of one run. Inside the compiler they have paths from a root, the project's folder around all of them and the present one;
 * what is shown is relative to the present folder, so that a terminal can open it.
 */
export interface Project {
  readonly sources: SourceSet;
  /** Of the files that were asked for, from the root. */
  readonly paths: readonly string[];
  /** A path from the root as an absolute one. */
  absolute(path: string): string;
  /** An absolute path as it is shown: from the present folder, with `/`. */
  shown(absolute: string): string;
  /** Sorted and capped, with paths as they are shown. */
  report(diagnostics: readonly Diagnostic[]): Report;
  /** The text of a file by the path that is shown. */
  source(shown: string): SourceFile | null;
}

/** Throws `UsageError` for arguments that lead to no source; with `none` only for those that lead nowhere. */
export async function openProject(
  paths: readonly string[],
  cwd: string,
  { none = false }: { readonly none?: boolean } = {},
): Promise<Project> {
  const files = await findSources(paths.length > 0 ? paths : sourcesOf(paths, await loadConfig(cwd)), cwd, { none });
  const root = projectFolder(commonFolder([resolve(cwd), ...files.map((file) => dirname(file))]));
  const sources = diskSources(root);
  const absolute = (path: string): string => join(root, path);
  const shown = (path: string): string => slashed(relative(cwd, path)) || ".";
  const fromRoot = (path: string): string => slashed(relative(root, path));
  const shownSpan = (span: Span): Span => ({ ...span, file: shown(absolute(span.file)) });
  return {
    sources,
    paths: files.map(fromRoot),
    absolute,
    shown,
    report: (diagnostics) => collectDiagnostics(diagnostics.map((diagnostic) => withSpans(diagnostic, shownSpan))),
    source(path) {
      const result = sources.read(fromRoot(resolve(cwd, path)));
      return result.ok ? result.file : null;
    },
  };
}

/** The deepest folder that holds all of them. */
function commonFolder(folders: readonly string[]): string {
  const [first = sep, ...rest] = folders;
  let common = first;
  for (const folder of rest) {
    while (folder !== common && !folder.startsWith(common.endsWith(sep) ? common : common + sep)) {
      const parent = dirname(common);
      if (parent === common) return common;
      common = parent;
    }
  }
  return common;
}

export function slashed(path: string): string {
  return path.split(sep).join("/");
}

function withSpans(diagnostic: Diagnostic, map: (span: Span) => Span): Diagnostic {
  return {
    ...diagnostic,
    span: map(diagnostic.span),
    labels: diagnostic.labels.map((label) => ({ ...label, span: map(label.span) })),
    fixes: diagnostic.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, span: map(edit.span) })) })),
  };
}
