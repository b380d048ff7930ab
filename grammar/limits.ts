import { problem, type SyntaxProblem } from "./syntax-codes.ts";

/** What a source file may be at most. Each is checked before anything that would suffer from more. */
export const LIMITS = {
  /** UTF-16 units of a file: 1 MiB. */
  fileLength: 1024 * 1024,
  /** Brackets, expressions or types within each other. */
  nesting: 100,
  /** Levels of the finished tree: long chains (`a + b + …`, `else if … else if …`) count here. */
  treeDepth: 400,
  /** Words and signs of a file. */
  tokens: 200_000,
  /** Problems of a file that are told; the reading stops there. */
  problems: 200,
  /** UTF-16 units of a name. */
  nameLength: 128,
} as const;

/** A text that is too long, before a single character of it is read. */
export function checkLength(text: string): SyntaxProblem | null {
  if (text.length <= LIMITS.fileLength) return null;
  return problem(
    "file-too-large",
    `This file has ${text.length} characters; at most ${LIMITS.fileLength} can be read.`,
    0,
    0,
    "Split it: sagas, types and services can be imported from other files.",
  );
}

export function tooDeep(start: number, end: number): SyntaxProblem {
  return problem(
    "too-deep",
    "This is nested too deeply to be read.",
    start,
    end,
    `Brackets may stand in each other ${LIMITS.nesting} times; give inner parts names with \`let\`, or move them to a saga of their own.`,
  );
}

export function tooManyTokens(start: number): SyntaxProblem {
  return problem(
    "too-many-tokens",
    `This file has more than ${LIMITS.tokens} words and signs.`,
    start,
    start,
    "Split it: sagas, types and services can be imported from other files.",
  );
}

/** The first `LIMITS.problems` of them, and a last one that says that there were more. */
export function capProblems(problems: readonly SyntaxProblem[]): readonly SyntaxProblem[] {
  const first = problems.slice(0, LIMITS.problems);
  const last = first.at(-1);
  if (problems.length <= LIMITS.problems || last === undefined) return problems;
  const more = problem(
    "too-many-problems",
    `There are more than ${LIMITS.problems} mistakes; the rest is not shown.`,
    last.start,
    last.end,
  );
  return [...first, more];
}

/**
 * Control characters (but tab and line breaks), marks that change the direction of text, and lone surrogates: nowhere in a
 * source, comments and texts included, as what is shown would not be what is read.
 */
export function checkCharacters(text: string): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  for (let at = 0; at < text.length && problems.length <= LIMITS.problems; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x20 && unit < 0x7f) continue;
    if (isHidden(unit)) problems.push(hiddenCharacter(unit, at));
    else if (isHigh(unit) && isLow(text.charCodeAt(at + 1))) at++;
    else if (isHigh(unit) || isLow(unit)) problems.push(hiddenCharacter(unit, at));
  }
  return problems;
}

/** Whether a whole piece of text is made of what `checkCharacters` reports. */
export function isAllHidden(text: string): boolean {
  return [...text].every((character) => {
    const unit = character.charCodeAt(0);
    return isHidden(unit) || (character.length === 1 && (isHigh(unit) || isLow(unit)));
  });
}

function isHidden(unit: number): boolean {
  if (unit < 0x20) return unit !== 9 && unit !== 10 && unit !== 13;
  if (unit >= 0x7f && unit < 0xa0) return true;
  return (
    unit === 0x61c ||
    unit === 0x200e ||
    unit === 0x200f ||
    (unit >= 0x202a && unit <= 0x202e) ||
    (unit >= 0x2066 && unit <= 0x2069)
  );
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function hiddenCharacter(unit: number, at: number): SyntaxProblem {
  const name = `U+${unit.toString(16).toUpperCase().padStart(4, "0")}`;
  const what =
    unit >= 0xd800 && unit <= 0xdfff
      ? `half of a character (${name})`
      : unit < 0xa0
        ? `the control character ${name}`
        : `${name}, which changes the direction of text`;
  return problem(
    "hidden-character",
    `A source cannot hold ${what}.`,
    at,
    at + 1,
    `Remove it; in a text write \`\\u{…}\` for a character that cannot be seen.`,
  );
}
