/** The text literal: `"characters, \\escapes and ${expressions}"`, on one line. */

/** A stretch of a text literal. `start` and `end` are offsets in the text that was scanned; a hole's are those of its inside. */
export interface TextStretch {
  readonly kind: "characters" | "hole";
  readonly start: number;
  readonly end: number;
}

export interface ScannedText {
  /** Behind the closing quote, or where the reading gave up. */
  readonly end: number;
  /** `null`: closed. Else what is missing on this line. */
  readonly unclosed: "quote" | "hole" | null;
  /** What stands between the quotes, in order; empty when it is not closed. */
  readonly stretches: readonly TextStretch[];
}

/** Chevrotain's custom pattern for a text: to the closing quote or, without one, the rest of the line. */
export function matchText(text: string, offset: number): RegExpExecArray | null {
  if (text.charCodeAt(offset) !== QUOTE) return null;
  const image = text.slice(offset, scanText(text, offset).end);
  const match: RegExpExecArray = Object.assign([image] as [string], { index: offset, input: text });
  return match;
}

/**
 * Scans the literal whose opening quote stands at `start`. Holes may hold texts with holes; a stack takes the place of
 * recursion, so that no depth of them hurts.
 */
export function scanText(text: string, start: number): ScannedText {
  const stretches: TextStretch[] = [];
  // One entry a text we are in; its number is the brace depth of its open hole, 0 while in its characters.
  const levels: number[] = [0];
  let stretchStart = start + 1;
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === LF || unit === CR) break;
    const depth = levels.at(-1) ?? 0;
    if (depth === 0) {
      if (unit === BACKSLASH) {
        const next = text.charCodeAt(at + 1);
        if (next !== LF && next !== CR) at++;
      } else if (unit === QUOTE) {
        levels.pop();
        if (levels.length === 0) {
          stretches.push({ kind: "characters", start: stretchStart, end: at });
          return { end: at + 1, unclosed: null, stretches };
        }
      } else if (unit === DOLLAR && text.charCodeAt(at + 1) === LEFT_BRACE) {
        levels[levels.length - 1] = 1;
        if (levels.length === 1) {
          stretches.push({ kind: "characters", start: stretchStart, end: at });
          stretchStart = at + 2;
        }
        at++;
      }
    } else if (unit === QUOTE) levels.push(0);
    else if (unit === LEFT_BRACE) levels[levels.length - 1] = depth + 1;
    else if (unit === RIGHT_BRACE) {
      levels[levels.length - 1] = depth - 1;
      if (levels.length === 1 && depth === 1) {
        stretches.push({ kind: "hole", start: stretchStart, end: at });
        stretchStart = at + 1;
      }
    } else if (unit === SLASH && text.charCodeAt(at + 1) === STAR) {
      const close = text.indexOf("*/", at + 2);
      const line = lineEnd(text, at);
      if (close === -1 || close > line) break;
      at = close + 1;
    }
  }
  return { end: giveUp(text, start), unclosed: (levels[0] ?? 0) > 0 ? "hole" : "quote", stretches: [] };
}

/** The rest of the line, but for brackets at its end: they rather belong to what the text stands in. */
function giveUp(text: string, start: number): number {
  let end = lineEnd(text, start);
  while (end > start + 1 && " \t})]".includes(text.charAt(end - 1))) end--;
  return end;
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++;
  return at;
}

const LF = 10;
const CR = 13;
const QUOTE = 34;
const DOLLAR = 36;
const STAR = 42;
const SLASH = 47;
const BACKSLASH = 92;
const LEFT_BRACE = 123;
const RIGHT_BRACE = 125;
