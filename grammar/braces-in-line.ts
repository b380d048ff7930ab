import { tokenMatcher } from "chevrotain";
import type { Placed } from "./layout.ts";
import { FieldName, Identifier, sign, word } from "./token-types.ts";
import { WORDS } from "./tokens.ts";

/** Where within a line a forgotten brace belongs: what the words around it say, where the layout says nothing. */

/**
 * The tokens behind which a `{` was forgotten, of a piece with `extra` braces that close nothing: at the end of the line above
 * such a brace that has the same margin, if all between them is indented further; or in the brace's own line, behind what
 * must be followed by one.
 */
export function missingOpenings(piece: readonly Placed[], extra: number): Set<Placed> {
  const found = new Set<Placed>();
  const depthIndents: { indent: number; line: number }[] = [];
  for (let at = 0; at < piece.length && found.size < extra; at++) {
    const placed = piece[at];
    if (placed === undefined) break;
    if (placed.token.tokenType === OPEN) depthIndents.push(placed);
    if (placed.token.tokenType !== CLOSE) continue;
    const top = depthIndents.at(-1);
    const fits = top === undefined || !placed.firstOnLine || top.line === placed.line || top.indent === placed.indent;
    if (top !== undefined && fits) {
      depthIndents.pop();
      continue;
    }
    const header = placed.firstOnLine ? headerAbove(piece, at, placed.indent) : null;
    if (header !== null && !found.has(header)) found.add(header);
    else depthIndents.pop();
  }
  for (let at = 0; at < piece.length && found.size < extra; at++) {
    const placed = piece[at];
    if (placed !== undefined && wantsBrace(piece, at) && !found.has(placed) && hasSurplus(piece, at)) found.add(placed);
  }
  return found;
}

/** Whether what ends with the token at `at` must be followed by a `{`, and goes on in its line without one. */
function wantsBrace(piece: readonly Placed[], at: number): boolean {
  const placed = piece[at];
  const next = piece[at + 1];
  if (placed === undefined || next === undefined || next.line !== placed.line || next.token.tokenType === OPEN) return false;
  const before = piece[at - 1]?.token.tokenType;
  if (RECORD_WORDS.has(placed.token.tokenType)) {
    const isValue = before === DOT || BEHIND_VALUE.has(next.token.tokenType);
    return !isValue && before !== undefined && !BEFORE_VALUE.has(before);
  }
  if (placed.token.tokenType !== Identifier) return false;
  const beginsField = tokenMatcher(next.token, FieldName) && piece[at + 2]?.token.tokenType === COLON;
  if (before !== undefined && NAMED_FIELDS.has(before)) return beginsField;
  if (isHandlerHead(piece, at)) return HANDLER_CLAUSES.has(next.token.tokenType);
  // `step name on service.operation`, and then a clause.
  return isStepHead(piece, at) && CLAUSES.has(next.token.tokenType);
}

/** `compensate operation`, or `compensate service.operation`. */
function isHandlerHead(piece: readonly Placed[], at: number): boolean {
  const [first, second, third] = [1, 2, 3].map((back) => piece[at - back]?.token.tokenType);
  if (first === undefined) return false;
  return HANDLERS.has(first) || (first === DOT && second === Identifier && third !== undefined && HANDLERS.has(third));
}

function isStepHead(piece: readonly Placed[], at: number): boolean {
  const types = [1, 2, 3, 4, 5].map((back) => piece[at - back]?.token.tokenType);
  const [first, second, third, fourth, fifth] = types;
  if (first === STEP) return true;
  if (first === ON) return third === STEP;
  return first === DOT && second === Identifier && third === ON && fourth === Identifier && fifth === STEP;
}

/** Whether the line of a token closes more than it opens. */
function hasSurplus(piece: readonly Placed[], at: number): boolean {
  const line = piece[at]?.line;
  let from = at;
  while (piece[from - 1]?.line === line) from--;
  let balance = 0;
  for (let next = from; piece[next]?.line === line; next++) {
    if (piece[next]?.token.tokenType === OPEN) balance++;
    else if (piece[next]?.token.tokenType === CLOSE) balance--;
  }
  return balance < 0;
}

/** Whether a token cannot stand in the braces of an import, a record or fields, and so shows that they end before it. */
export function endsRecord(piece: readonly Placed[], brace: Placed, { token, at }: Placed): boolean {
  const opener = piece[brace.at - 1]?.token;
  if (opener === undefined) return false;
  if (opener.tokenType === word("import") || opener.tokenType === word("type")) return token.tokenType === word("from");
  if (!RECORD_WORDS.has(opener.tokenType) && opener.tokenType !== COLON) return false;
  const next = piece[at + 1]?.token.tokenType;
  const isMember = piece[at - 1]?.token.tokenType === DOT || next === DOT || next === COLON;
  return RESERVED.has(token.tokenType) && !isMember;
}

/** The last token of the line that a closing brace at `at` belongs to. */
function headerAbove(piece: readonly Placed[], at: number, indent: number): Placed | null {
  for (let back = at - 1; back >= 0; back--) {
    const placed = piece[back];
    if (placed === undefined || placed.indent < indent) return null;
    if (placed.indent === indent) {
      if (placed.token.tokenType === CLOSE || placed.token.tokenType === OPEN) return null;
      return back === at - 1 ? null : placed;
    }
  }
  return null;
}

const OPEN = sign("LeftBrace");
const CLOSE = sign("RightBrace");
const STEP = word("step");
const ON = word("on");
const COLON = sign("Colon");
const DOT = sign("Dot");
/** Words that a record or fields follow. */
const RECORD_WORDS = new Set(["input", "output", "tags"].map(word));
/** Words that are neither names nor values: within a record they stand only as a name before a colon, or behind a dot. */
const RESERVED = new Set(
  WORDS.filter((row) => row.class === "reserved" && row.word !== "input" && row.word !== "failure").map((row) => word(row.word)),
);
/** What shows that `input` is a value or a name where it stands. */
const BEHIND_VALUE = new Set(["Dot", "Colon", "Comma", "RightBrace", "RightParen", "RightBracket", "LeftBracket"].map(sign));
const BEFORE_VALUE = new Set(
  ["Colon", "Comma", "LeftParen", "LeftBracket", "Plus", "Minus", "Equal", "NotEqual", "Assign"].map(sign),
);
/** Words whose name fields or entries follow. */
const NAMED_FIELDS = new Set(["error", "signal", "fail"].map(word));
/** Clauses that a step's head is followed by when its brace was forgotten. */
const CLAUSES = new Set(["input", "output", "throws", "timeout", "retry", "compensate", "confirm", "inquire", "key"].map(word));
const HANDLERS = new Set(["compensate", "confirm", "inquire"].map(word));
const HANDLER_CLAUSES = new Set(["input", "timeout", "retry", "key"].map(word));
