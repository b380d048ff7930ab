import { edit, type FixMaker } from "./fix.ts";

/** `\d` in a text: most likely the backslash itself was meant. */
export const badEscape: FixMaker = {
  codes: ["SAGA1023"],
  make(diagnostic, text) {
    const { start, end } = diagnostic.span;
    return text[start] === "\\"
      ? edit(diagnostic, "Write `\\\\` for a backslash", `\\${text.slice(start, end)}`, { safe: false })
      : null;
  },
};
