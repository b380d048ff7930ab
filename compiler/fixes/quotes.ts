import { WORDS } from "@sagac/grammar";
import { edit, type FixMaker } from "./fix.ts";

/** `"name"` where a name is wanted. */
export const quotedName: FixMaker = {
  codes: ["SAGA1005"],
  make(diagnostic, text) {
    const { start, end } = diagnostic.span;
    const name = text.slice(start + 1, end - 1);
    if (!/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name)) return null;
    // A field may be called like a word of the language, nothing else may.
    const isField = /^[ \t]*\??[ \t]*[:=]/.test(text.slice(end));
    if (!isField && RESERVED.has(name)) return null;
    return edit(diagnostic, "Remove the quotes", name, { safe: true });
  },
};

/** `'text'` and `` `text` ``. */
export const foreignQuotes: FixMaker = {
  codes: ["SAGA1027"],
  make(diagnostic, text) {
    const { start } = diagnostic.span;
    const quote = text[start] ?? "";
    const literal = (quote === "'" ? SINGLE : BACK).exec(text.slice(start))?.[0];
    if (literal === undefined) return null;
    const inside = literal.slice(1, -1);
    // Between backquotes `${ }` is a hole, as it is in ours; between single ones it is what it looks like.
    const plain = quote === "'" ? inside.replaceAll(/(\\[\s\S])|\$/g, (_image, escaped) => escaped ?? "\\$") : inside;
    const body = plain.replaceAll(/\\(['`])|(\\[\s\S])|"/g, (_, own, escaped) => own ?? escaped ?? '\\"');
    return edit(diagnostic, "Write it in double quotes", `"${body}"`, {
      safe: !body.includes("${"),
      end: start + literal.length,
    });
  },
};

const SINGLE = /^'(?:[^'\\\r\n]|\\[^\r\n])*'/;
const BACK = /^`(?:[^`\\\r\n]|\\[^\r\n])*`/;
const RESERVED = new Set(WORDS.filter((row) => row.class !== "contextual").map((row) => row.word));
