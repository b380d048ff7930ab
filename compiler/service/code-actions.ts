import { collectDiagnostics } from "../diagnostics/collect.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { applyFixes } from "../fixes/apply.ts";
import { checkSources } from "../pipeline.ts";
import { cachedSources, overlaySources } from "../source/source-set.ts";
import type { CheckedWorkspace, Checker } from "./diagnostics.ts";
import type { Document, TextChange } from "./document.ts";

/** A change that an editor offers. */
export interface CodeAction {
  readonly title: string;
  /** What it mends; `null`: all that it can. */
  readonly diagnostic: Diagnostic | null;
  /** The one to take when nobody chooses. */
  readonly preferred: boolean;
  readonly changes: readonly TextChange[];
}

/** The fixes of what is wrong between two offsets of a document. */
export function quickFixes(checker: Checker, { path }: Document, start: number, end: number): readonly CodeAction[] {
  return checker
    .diagnostics(path)
    .filter(({ span }) => span.start <= end && span.end >= start)
    .flatMap((diagnostic) =>
      diagnostic.fixes.map(({ title, edits, safe }) => {
        const changes = edits.map(({ span, text }) => ({ path: span.file, start: span.start, end: span.end, text }));
        return { title, diagnostic, preferred: safe, changes };
      }),
    );
}

/** All safe fixes of a document at once; `null`: there is none. */
export function fixAll(workspace: CheckedWorkspace, checker: Checker, { path, text }: Document): CodeAction | null {
  const sources = cachedSources(
    (each) => workspace.read(each),
    () => workspace.paths(),
  );
  const memory = checker.memory(path);
  const diagnose = (texts: ReadonlyMap<string, string>): readonly Diagnostic[] =>
    collectDiagnostics(checkSources(overlaySources(sources, texts), [path], memory).diagnostics, Number.POSITIVE_INFINITY)
      .diagnostics;
  const textOf = (file: string): string | null => (file === path ? text : null);
  const fixed = applyFixes(textOf, diagnose, { unsafe: false, mine: new Set([path]) }).texts.get(path);
  if (fixed === undefined || fixed === text) return null;
  const changes = [{ path, start: 0, end: text.length, text: fixed }];
  return { title: "Apply all safe fixes", diagnostic: null, preferred: false, changes };
}
