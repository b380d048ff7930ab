import type { Diagnostic, DiagnosticCode, Fix } from "../diagnostics/diagnostic.ts";

export type Tokens = readonly { readonly image: string; readonly startOffset: number }[];

/** How diagnostics of some codes are mended. */
export interface FixMaker {
  readonly codes: readonly DiagnosticCode[];
  /** `text`: of the diagnostic's file; `tokens`: what it is made of. Pure; `null`: this one cannot be mended by an edit. */
  make(diagnostic: Diagnostic, text: string, tokens: () => Tokens): Fix | null;
}

/** One edit of the diagnostic's own file; `at` by default its own place. */
export function edit(
  { span }: Pick<Diagnostic, "span">,
  title: string,
  text: string,
  { safe, start = span.start, end = span.end }: { readonly safe: boolean; readonly start?: number; readonly end?: number },
): Fix {
  return { title, safe, edits: [{ span: { file: span.file, start, end }, text }] };
}

/**
 * Takes a stretch away with what kept it apart from its neighbours: the whole line where it stands alone, else the blanks before it. What
 * stood on both sides stays two words.
 */
export function removal(
  diagnostic: Pick<Diagnostic, "span">,
  title: string,
  text: string,
  options: { readonly safe: boolean },
): Fix {
  let { start, end } = diagnostic.span;
  while (start > 0 && isBlank(text[start - 1])) start--;
  const beginsLine = start === 0 || isBreak(text[start - 1]);
  let after = end;
  while (isBlank(text[after])) after++;
  const endsLine = after >= text.length || isBreak(text[after]);
  if (beginsLine && endsLine) end = text.startsWith("\r\n", after) ? after + 2 : Math.min(after + 1, text.length);
  else if (beginsLine) [start, end] = [diagnostic.span.start, after];
  const joins = !beginsLine && !endsLine && after === end && start === diagnostic.span.start;
  const apart =
    !beginsLine && !endsLine && (joins || start < diagnostic.span.start) && after === end && !/[,)\]}]/.test(text[end] ?? "");
  return edit(diagnostic, title, apart ? " " : "", { ...options, start, end });
}

/** The comma that goes with an item of a list that is taken away: the one behind it, else the one before. */
export function withComma(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const behind = /^\s*,[ \t]*/.exec(text.slice(end));
  if (behind !== null) return { start, end: end + behind[0].length };
  const before = /\s*,\s*$/.exec(text.slice(0, start));
  return { start: before === null ? start : start - before[0].length, end };
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function isBreak(character: string | undefined): boolean {
  return character === "\n" || character === "\r";
}
