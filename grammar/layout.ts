import type { IToken } from "chevrotain";

/** A token with its place in the layout of the text. */
export interface Placed {
  readonly token: IToken;
  /** Its number in the piece of the file that is looked at. */
  readonly at: number;
  readonly line: number;
  /** The column of the first token on its line. */
  readonly indent: number;
  readonly firstOnLine: boolean;
}

/** The layout of a file's tokens. */
export function place(text: string, tokens: readonly IToken[]): Placed[] {
  const placed: Placed[] = [];
  let line = 0;
  let lineStart = 0;
  let at = 0;
  let lineOfLast = -1;
  let indent = 0;
  for (const token of tokens) {
    for (; at < token.startOffset; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) {
        line++;
        lineStart = at + 1;
      }
    }
    const firstOnLine = line !== lineOfLast;
    if (firstOnLine) indent = column(text, lineStart, token.startOffset);
    lineOfLast = line;
    placed.push({ token, at: placed.length, line, indent, firstOnLine });
  }
  return placed;
}

/** Columns from the margin, a tab to the next multiple of four. */
function column(text: string, lineStart: number, offset: number): number {
  let columns = 0;
  for (let at = lineStart; at < offset; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 9) columns += 4 - (columns % 4);
    else if (unit !== 0xfeff) columns++;
  }
  return columns;
}
