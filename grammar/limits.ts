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
  const hidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;
  for (let match = hidden.exec(text); match !== null; match = hidden.exec(text)) {
    problems.push(hiddenCharacter(match[0].charCodeAt(0), match.index));
    if (problems.length > LIMITS.problems) break;
  }
  return problems;
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
