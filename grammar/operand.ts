import { WORDS } from "./tokens.ts";

/** Whether what stands right before a place of a text is a value: `items` in `items![0]`, but not `if` in `if![…]`. */
export function endsOperand(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - REACH), at);
  const word = /\.?[\p{L}\p{N}_]+$/u.exec(before)?.[0];
  return word === undefined ? /[)\]]$/.test(before) : !BEGINNERS.has(word);
}

/** Words behind which a value begins. A member, as in `input.if`, is none. */
const BEGINNERS: ReadonlySet<string> = new Set(
  WORDS.filter((row) => row.class !== "contextual" || row.word === "in" || row.word === "where").flatMap(({ word, scope }) =>
    word === "input" || scope.startsWith("variable.") || scope.startsWith("constant.") ? [] : [word],
  ),
);

/** More than any of them has. */
const REACH = 40;
