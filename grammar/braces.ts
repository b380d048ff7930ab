import { EOF, type IToken } from "chevrotain";
import { endsRecord, missingOpenings } from "./braces-in-line.ts";
import { type Placed, place } from "./layout.ts";
import { problem, type SyntaxProblem } from "./syntax-codes.ts";
import { sign, word } from "./token-types.ts";

/**
 * Makes the braces of a file match before it is parsed, so that a forgotten one spoils no more than its own construct.
 * A file whose braces match is left alone. Where they do not, the layout says where the missing one belongs: line breaks
 * and indentation mean nothing to the language, but they are the best witness of what was meant.
 *
 * The file is cut at the declarations that begin at the left margin, and each piece mended on its own.
 */
export function matchBraces(text: string, tokens: readonly IToken[]): { tokens: IToken[]; problems: SyntaxProblem[] } {
  if (isBalanced(tokens)) return { tokens: [...tokens], problems: [] };
  const placed = place(text, tokens);
  const trusted = isIndented(placed);
  const mended: IToken[] = [];
  const problems: SyntaxProblem[] = [];
  for (const piece of trusted ? pieces(placed) : [placed]) {
    if (isBalanced(piece.map(({ token }) => token))) for (const { token } of piece) mended.push(token);
    else mendPiece(piece, trusted, mended, problems);
  }
  return { tokens: mended, problems };
}

/** A token that the text does not hold, of no length, right behind `before`. */
export function insertedToken(type: IToken["tokenType"], before: IToken | undefined): IToken {
  const at = before === undefined || before.tokenType === EOF ? 0 : endOf(before);
  const token: IToken = { image: "", startOffset: at, endOffset: at - 1, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
  token.isInsertedInRecovery = true;
  return token;
}

const OPEN = sign("LeftBrace");
const CLOSE = sign("RightBrace");
/** Words that continue a construct behind its closing brace. */
const CONTINUING = new Set(["else", "until", "otherwise"].map(word));
/** Declarations that stand nowhere but at the top. */
const TOP_WORDS = new Set(["import", "type", "error", "service", "compute", "choreographed", "saga"].map(word));

interface OpenBrace {
  readonly placed: Placed;
}

function mendPiece(piece: readonly Placed[], trusted: boolean, mended: IToken[], problems: SyntaxProblem[]): void {
  let { missing, extra } = count(piece.map(({ token }) => token));
  const openings = trusted && extra > 0 ? missingOpenings(piece, extra) : new Set<Placed>();
  missing = Math.max(0, missing);
  extra -= openings.size;
  const stack: OpenBrace[] = [];

  const close = (opened: OpenBrace, before: IToken | undefined): void => {
    problems.push(missingBrace(opened.placed.token, before));
    mended.push(insertedToken(CLOSE, mended.at(-1)));
    missing--;
  };

  for (const placed of piece) {
    const { token, line, indent, firstOnLine } = placed;
    if (trusted && firstOnLine) {
      while (missing > 0) {
        const top = stack.at(-1);
        if (top === undefined || top.placed.line === line) break;
        // A closing brace at the margin of an outer one, or anything at or left of our own: ours was forgotten.
        const forgotten =
          token.tokenType === CLOSE
            ? indent < top.placed.indent && stack.some((other) => other.placed.line < line && other.placed.indent === indent)
            : indent <= top.placed.indent + (CONTINUING.has(token.tokenType) ? 1 : 0);
        // A brace that is closed at the same margin may have a twin on its line: `try { step x {` … `}`.
        const twin = token.tokenType === CLOSE && indent === top.placed.indent && stack.at(-2)?.placed.line === top.placed.line;
        if (!forgotten && !twin) break;
        stack.pop();
        close(top, token);
      }
    }
    const inner = stack.at(-1);
    if (missing > 0 && inner !== undefined && inner.placed.line === line && endsRecord(piece, inner.placed, placed)) {
      stack.pop();
      close(inner, token);
    }
    if (token.tokenType === CLOSE) {
      const top = stack.at(-1);
      const closesOuter = trusted && extra > 0 && top !== undefined && top.placed.line < line;
      // It does not stand at the margin of what it would close, or what it would close goes on below.
      const next = piece[placed.at + 1];
      const margin = top?.placed.indent ?? 0;
      const goesOn =
        next !== undefined &&
        (next.firstOnLine && next.token.tokenType === CLOSE ? next.indent === margin : next.indent > margin);
      if (top === undefined || (closesOuter && (firstOnLine ? indent > top.placed.indent : goesOn))) {
        problems.push(extraBrace(token));
        extra--;
        continue;
      }
      stack.pop();
    } else if (token.tokenType === OPEN) {
      if (missing > 0 && mended.at(-1)?.tokenType === OPEN) {
        problems.push(extraBrace(token));
        missing--;
        continue;
      }
      stack.push({ placed });
    }
    mended.push(token);
    if (openings.has(placed)) {
      const brace = insertedToken(OPEN, token);
      problems.push(
        problem("expected", `A \`{\` is missing here: the \`}\` that closes it stands below.`, endOf(token), endOf(token)),
      );
      mended.push(brace);
      stack.push({ placed: { ...placed, token: brace } });
    }
  }
  const innermost = stack.at(-1);
  if (innermost !== undefined) problems.push(missingBrace(innermost.placed.token, undefined));
  for (let left = stack.length; left > 0; left--) mended.push(insertedToken(CLOSE, mended.at(-1)));
}

/** `before`: the token before which it belongs; `undefined`: at the end of the piece. */
function missingBrace(open: IToken, before: IToken | undefined): SyntaxProblem {
  const start = open.startOffset;
  const where = before === undefined ? "" : before.tokenType === CLOSE ? " before the next one" : ` before \`${before.image}\``;
  return problem("missing-brace", "This `{` is never closed.", start, start + 1, `Close it with \`}\`${where}.`);
}

function extraBrace(token: IToken): SyntaxProblem {
  const [message, help] =
    token.tokenType === CLOSE
      ? ["This `}` closes nothing.", "Remove it, or write the `{` it should close."]
      : ["This `{` opens nothing.", "Remove it."];
  return problem("extra-brace", message, token.startOffset, token.startOffset + 1, help);
}

function isBalanced(tokens: readonly IToken[]): boolean {
  const { missing, extra } = count(tokens);
  if (missing > 0 || extra > 0) return false;
  // Two mistakes can hide each other: one declaration lacks a brace, the next has one too many.
  let depth = 0;
  let previous: IToken | undefined;
  for (const token of tokens) {
    if (token.tokenType === OPEN) depth++;
    else if (token.tokenType === CLOSE) depth--;
    else if (depth > 0 && previous?.tokenType === CLOSE && token.tokenType === word("saga")) return false;
    previous = token;
  }
  return true;
}

function count(tokens: readonly IToken[]): { missing: number; extra: number } {
  let missing = 0;
  let extra = 0;
  for (const token of tokens) {
    if (token.tokenType === OPEN) missing++;
    else if (token.tokenType === CLOSE) {
      if (missing > 0) missing--;
      else extra++;
    }
  }
  return { missing, extra };
}

/** Cuts before every declaration at the left margin. */
function pieces(placed: readonly Placed[]): Placed[][] {
  const all: Placed[][] = [];
  let current: Placed[] = [];
  for (const one of placed) {
    if (one.firstOnLine && one.indent === 0 && TOP_WORDS.has(one.token.tokenType) && current.length > 0) {
      all.push(current);
      current = [];
    }
    current.push({ ...one, at: current.length });
  }
  all.push(current);
  return all;
}

/** Whether the layout can be trusted: nearly always, what follows a `{` at a line's end is indented further. */
function isIndented(placed: readonly Placed[]): boolean {
  let lines = 0;
  let indented = 0;
  for (let at = 0; at + 1 < placed.length; at++) {
    const brace = placed[at];
    const next = placed[at + 1];
    if (brace?.token.tokenType !== OPEN || next === undefined || next.line === brace.line || next.token.tokenType === CLOSE)
      continue;
    lines++;
    if (next.indent > brace.indent) indented++;
  }
  return indented > 0 && indented * 4 >= lines * 3;
}

function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}
