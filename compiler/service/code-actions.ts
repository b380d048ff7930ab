import { collectDiagnostics } from "../diagnostics/collect.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { applyFixes } from "../fixes/apply.ts";
import { compile } from "../pipeline.ts";
import { overlaySources, type SourceSet } from "../source/source-set.ts";
import type { Document, TextChange } from "./document.ts";

/** A change that an editor offers. */
export interface CodeAction {
  readonly title: string;
  readonly kind: "quick-fix" | "fix-all";
  /** What it mends; `null`: all that it can. */
  readonly diagnostic: Diagnostic | null;
  /** The one to take when nobody chooses. */
  readonly preferred: boolean;
  readonly changes: readonly TextChange[];
}

/** The fixes of what is wrong between two offsets of a document, and one action for all safe ones of the file. */
export function codeActions(sources: SourceSet, document: Document, start: number, end: number): readonly CodeAction[] {
  const found = diagnose(sources, document.path).filter(({ span }) => span.file === document.path);
  const quick = found
    .filter(({ span }) => span.start <= end && span.end >= start)
    .flatMap((diagnostic) =>
      diagnostic.fixes.map(({ title, edits, safe }): CodeAction => {
        const changes = edits.map(({ span, text }) => ({ path: span.file, start: span.start, end: span.end, text }));
        return { title, kind: "quick-fix", diagnostic, preferred: safe, changes };
      }),
    );
  return found.some(({ fixes }) => fixes.some(({ safe }) => safe)) ? [...quick, ...fixAll(sources, document)] : quick;
}

/** All safe fixes of a document at once; none where none is left. */
export function fixAll(sources: SourceSet, document: Document): readonly CodeAction[] {
  const { path, text } = document;
  const { texts } = applyFixes(
    (file) => (file === path ? text : null),
    (changed) => diagnose(overlaySources(sources, changed), path),
    { unsafe: false, mine: new Set([path]) },
  );
  const fixed = texts.get(path);
  if (fixed === undefined || fixed === text) return [];
  const changes = [{ path, start: 0, end: text.length, text: fixed }];
  return [{ title: "Apply all safe fixes", kind: "fix-all", diagnostic: null, preferred: false, changes }];
}

function diagnose(sources: SourceSet, path: string): readonly Diagnostic[] {
  return collectDiagnostics(compile(sources, [path]).diagnostics, Number.POSITIVE_INFINITY).diagnostics;
}
