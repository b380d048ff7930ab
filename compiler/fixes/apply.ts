import type { Diagnostic, Fix, FixEdit } from "../diagnostics/diagnostic.ts";

/** Texts by path. */
export type Texts = ReadonlyMap<string, string>;

export interface Fixed {
  /** Of the files that changed. */
  readonly texts: Texts;
  /** How many fixes were applied. */
  readonly applied: number;
}

/**
 * Applies fixes until there is none left that helps. `diagnose` says what is wrong with the sources when `texts` stand in place of theirs.
 * A fix after which its diagnostic is still there, or another error came, is not applied. Files other than `mine` are left alone.
 */
export function applyFixes(
  textOf: (file: string) => string | null,
  diagnose: (texts: Texts) => readonly Diagnostic[],
  { unsafe, mine }: { readonly unsafe: boolean; readonly mine: ReadonlySet<string> },
): Fixed {
  let texts: Texts = new Map();
  let applied = 0;
  const refused = new Set<string>();
  let found = diagnose(texts);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const current = texts;
    const read = (file: string): string | null => current.get(file) ?? textOf(file);
    const wanted = found.flatMap((diagnostic) => {
      const fix = diagnostic.fixes.find(({ safe }) => safe || unsafe);
      const isMine = fix?.edits.every(({ span }) => mine.has(span.file)) === true;
      return fix === undefined || !isMine || refused.has(identity(diagnostic, read)) ? [] : [{ diagnostic, fix }];
    });
    const [first] = wanted;
    if (first === undefined) break;
    // All that do not touch each other at once; where that makes anything worse, one alone.
    const together = apart(wanted);
    const step = attempt(together, found, texts, read, diagnose) ?? attempt([first], found, texts, read, diagnose);
    if (step === null) {
      refused.add(identity(first.diagnostic, read));
      continue;
    }
    ({ texts, found } = step);
    applied += step.applied;
  }
  return { texts, applied };
}

interface Wanted {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

/** More than a file of mistakes needs; a hang is worse than a mistake that is left. */
const MOST_ROUNDS = 200;

function attempt(
  wanted: readonly Wanted[],
  before: readonly Diagnostic[],
  texts: Texts,
  read: (file: string) => string | null,
  diagnose: (texts: Texts) => readonly Diagnostic[],
): { readonly texts: Texts; readonly found: readonly Diagnostic[]; readonly applied: number } | null {
  const next = new Map(texts);
  const edits = wanted.flatMap(({ fix }) => fix.edits);
  for (const file of new Set(edits.map(({ span }) => span.file))) {
    const own = edits.filter(({ span }) => span.file === file);
    next.set(file, applyEdits(read(file) ?? "", own));
  }
  const found = diagnose(next);
  const after = toldBefore(before, found, read, (file) => next.get(file) ?? read(file));
  const better = wanted.every(({ diagnostic: { code } }) => countOf(after, code) < countOf(before, code));
  return better && !isWorse(before, after) ? { texts: next, found, applied: wanted.length } : null;
}

/**
 * Where there were too many mistakes to tell, as many others come into sight behind the last one told when some are mended: these are not
 * held against the fix. Places are compared by how far they are from the end of the text, which fixes before them do not change.
 */
function toldBefore(
  before: readonly Diagnostic[],
  found: readonly Diagnostic[],
  textBefore: (file: string) => string | null,
  textAfter: (file: string) => string | null,
): readonly Diagnostic[] {
  const fromEnd = ({ span }: Diagnostic, textOf: (file: string) => string | null): number =>
    (textOf(span.file)?.length ?? 0) - span.start;
  const caps = before.filter(({ code }) => code === TOO_MANY);
  const lasts = new Map(caps.map((cap) => [cap.span.file, fromEnd(cap, textBefore)]));
  return found.filter((diagnostic) => {
    const last = isForm(diagnostic) ? lasts.get(diagnostic.span.file) : undefined;
    return last === undefined || fromEnd(diagnostic, textAfter) >= last;
  });
}

/** What stands behind its place is not told. */
const TOO_MANY = "SAGA1043";

/** Whether mistakes came that were not there. Those of meaning may have been hidden by one of form, so they count among themselves. */
function isWorse(before: readonly Diagnostic[], after: readonly Diagnostic[]): boolean {
  const [formBefore, formAfter] = [before.filter(isForm), after.filter(isForm)];
  if (formAfter.length > formBefore.length) return true;
  if (formAfter.length < formBefore.length)
    return formAfter.some(({ code }) => countOf(formAfter, code) > countOf(formBefore, code));
  return after.some(({ code, severity }) => severity === "error" && countOf(after, code) > countOf(before, code));
}

function isForm({ code }: Diagnostic): boolean {
  return code.startsWith("SAGA1");
}

function countOf(diagnostics: readonly Diagnostic[], wanted: string): number {
  return diagnostics.filter(({ code }) => code === wanted).length;
}

/** Those that touch no stretch of an earlier one. */
function apart(wanted: readonly Wanted[]): readonly Wanted[] {
  const taken: FixEdit[] = [];
  return wanted.filter(({ fix }) => {
    const free = fix.edits.every(({ span }) =>
      taken.every((other) => other.span.file !== span.file || span.end < other.span.start || span.start > other.span.end),
    );
    if (free) taken.push(...fix.edits);
    return free;
  });
}

/** A text with stretches replaced that do not overlap. */
export function applyEdits(text: string, edits: readonly FixEdit[]): string {
  const inOrder = [...edits].sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end);
  return inOrder.reduce((result, { span, text: put }) => result.slice(0, span.start) + put + result.slice(span.end), text);
}

/** A diagnostic by what it says of which words: places move when something before them is mended. */
function identity({ code, message, span }: Diagnostic, read: (file: string) => string | null): string {
  const text = read(span.file) ?? "";
  const line = text.slice(text.lastIndexOf("\n", span.start - 1) + 1, span.end);
  return JSON.stringify([code, span.file, message, line]);
}
