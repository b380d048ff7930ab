import { endsOperand } from "@sagac/grammar";
import { edit, type FixMaker } from "./fix.ts";

/** `&&`, `===` and others of their kind. */
export const foreignOperator: FixMaker = {
  codes: ["SAGA1028"],
  make(diagnostic, text) {
    const { start, end } = diagnostic.span;
    const written = text.slice(start, end);
    const behindIt = text.slice(end, end + 10);
    if (written === "?." && LENGTH.test(behindIt)) return null;
    if (DROPPED.get(written)?.test(behindIt) === true && (written !== "!" || endsOperand(text, start)))
      return edit(diagnostic, `Remove \`${written}\``, "", { safe: true });
    const title = (ours: string): string => `Write \`${ours}\` in place of \`${written}\``;
    const sign = SIGNS.get(written);
    if (sign !== undefined) return edit(diagnostic, title(sign), sign, { safe: true });
    const word = WORDS.get(written);
    if (word === undefined) return null;
    const apart = word === "not" ? !/[\p{L}\p{N}_]/u.test(text.charAt(start - 1)) : /\s/.test(text.charAt(start - 1));
    const before = apart ? "" : " ";
    const behind = /^\s/.test(text.slice(end)) ? "" : " ";
    // `!` binds tighter than `not`: the same only where nothing else can take its operand.
    const safe = word !== "not" || (ALONE.test(text.slice(end)) && !/(?:[=!<>]=|[<>+*/%-])\s*$/.test(text.slice(0, start)));
    return edit(diagnostic, title(word), `${before}${word}${behind}`, { safe });
  },
};

/** Before these the sign was read as if it were not there. */
const DROPPED: ReadonlyMap<string, RegExp> = new Map([
  ["?.", /^\[/],
  ["!", /^[.[]/],
]);
/** What is meant is a function, and stands before it all. */
const LENGTH = /^length(?![A-Za-z0-9_(])/;
const SIGNS: ReadonlyMap<string, string> = new Map([
  ["===", "=="],
  ["!==", "!="],
  ["?.", "."],
]);
const WORDS: ReadonlyMap<string, string> = new Map([
  ["&&", "and"],
  ["||", "or"],
  ["!", "not"],
]);
/** A path, and then nothing that binds tighter than `not`. */
const ALONE = /^\s*[\p{L}_][\p{L}\p{Nd}_.]*[ \t]*(?:$|[\r\n),}{]|&&|\|\||(?:and|or)\b)/u;
