import { collectDiagnostics } from "../diagnostics/collect.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { compile } from "../pipeline.ts";
import type { SourceSet } from "../source/source-set.ts";

export type FileDiagnostic = Diagnostic;

/** What `sagac check` says of the files that are open, in one compilation, with what they import read as the editor has it. */
export function diagnostics(sources: SourceSet, paths: readonly string[]): readonly FileDiagnostic[] {
  const { diagnostics: found } = compile(sources, paths);
  return collectDiagnostics(found.filter(({ span }) => paths.includes(span.file))).diagnostics;
}
