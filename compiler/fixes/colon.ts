import { edit, type FixMaker } from "./fix.ts";

/** `=` for `:`, and the other way round. */
export const colon: FixMaker = {
  codes: ["SAGA1006"],
  make(diagnostic, text) {
    const { start, end } = diagnostic.span;
    const blanks = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
    switch (text.slice(start, end)) {
      case "=":
        return edit(diagnostic, "Write `:` in place of `=`", text[end] === " " ? ":" : ": ", {
          safe: true,
          start: start - blanks,
        });
      case ":": {
        // `let x := 1` has the one that is wanted right behind.
        if (text[end] === "=")
          return edit(diagnostic, "Write `=` in place of `:=`", " =", { safe: true, start: start - blanks, end: end + 1 });
        return edit(diagnostic, "Write `=` in place of `:`", text[end] === " " ? " =" : " = ", {
          safe: true,
          start: start - blanks,
        });
      }
      default:
        return null;
    }
  },
};
