import type { Marks } from "./marks.ts";

/** A token or a comment, as it stands in the text. */
export interface Piece {
  readonly kind: "token" | "line" | "doc" | "block" | "verbatim";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What stands between two tokens on one line. */
export function spaceBetween(before: Piece, after: Piece, marks: Marks): "" | " " | "  " {
  if (before.kind !== "token" || after.kind !== "token") return " ";
  if (marks.tightBefore.has(after.start) || marks.tightAfter.has(before.start)) return "";
  if (NONE_BEFORE.has(after.text) || NONE_AFTER.has(before.text)) return "";
  if (before.text === "{" && after.text === "}") return "";
  // Clauses that share a line are kept apart.
  return marks.items.has(after.start) && before.text !== "{" && before.text !== "," ? "  " : " ";
}

const NONE_BEFORE: ReadonlySet<string> = new Set([",", ":", ".", "..", ")", "]"]);
const NONE_AFTER: ReadonlySet<string> = new Set([".", "..", "(", "["]);
