import { edit, type FixMaker, removal, withComma } from "./fix.ts";

/** An error that stands twice in `throws`. */
export const repeatedError: FixMaker = {
  codes: ["SAGA2008"],
  make(diagnostic, text) {
    return edit(diagnostic, "Remove the second one", "", {
      safe: true,
      ...withComma(text, diagnostic.span.start, diagnostic.span.end),
    });
  },
};

/** A text that stands twice in a union. */
export const repeatedLiteral: FixMaker = {
  codes: ["SAGA3006"],
  make(diagnostic, text) {
    const bar = /\s*\|\s*$/.exec(text.slice(0, diagnostic.span.start));
    return bar === null
      ? null
      : edit(diagnostic, "Remove the second one", "", { safe: true, start: diagnostic.span.start - bar[0].length });
  },
};

/** `T??` */
export const repeatedOptional: FixMaker = {
  codes: ["SAGA3007"],
  make(diagnostic, text) {
    const before = /\s*$/.exec(text.slice(0, diagnostic.span.start))?.[0].length ?? 0;
    return edit(diagnostic, "Write one `?`", "", { safe: true, start: diagnostic.span.start - before });
  },
};

/** A backoff that no second attempt uses. */
export const unusedBackoff: FixMaker = {
  codes: ["SAGA6005"],
  make: (diagnostic, text) =>
    /^backoff\b/.test(text.slice(diagnostic.span.start))
      ? removal(diagnostic, "Remove the `backoff`", text, { safe: false })
      : null,
};

/** A backoff from the longer pause to the shorter one. */
export const reversedBackoff: FixMaker = {
  codes: ["SAGA6003"],
  make(diagnostic, text) {
    const { start, end } = diagnostic.span;
    const parts = /^(backoff\s+)?(\w+)(\s*\.\.\s*)(\w+)$/.exec(text.slice(start, end));
    if (parts === null) return null;
    const [, word = "", from = "", range = "", to = ""] = parts;
    return edit(diagnostic, "Write the shorter one first", `${word}${to}${range}${from}`, { safe: true });
  },
};
