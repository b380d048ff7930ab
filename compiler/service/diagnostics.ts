import { collectDiagnostics } from "../diagnostics/collect.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { compile } from "../pipeline.ts";
import type { SourceSet } from "../source/source-set.ts";

export type FileDiagnostic = Diagnostic;

/** What `sagac check` says of one file, with what it imports read as the editor has it. */
export function diagnostics(sources: SourceSet, path: string): readonly FileDiagnostic[] {
  const { diagnostics: found } = compile(sources, [path]);
  return collectDiagnostics(found).diagnostics.filter(({ span }) => span.file === path);
}
