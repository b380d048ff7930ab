import { edit, type FixMaker, removal, withComma } from "./fix.ts";

/** A name that is imported and not used; of other declarations only their owner knows what they are for. */
export const unusedImport: FixMaker = {
  codes: ["SAGA2016"],
  make(diagnostic, text) {
    const { start, end } = diagnostic.span;
    const head = /\bimport(?:\s+type)?\s*\{([^{}]*)$/.exec(text.slice(0, start));
    const rest = /^([^{}]*)\}\s*from\s*"[^"\n]*"/.exec(text.slice(end));
    if (head === null || rest === null) return null;
    const others = `${head[1]}${rest[1]}`.replace(/^[^,]*\bas\s*$/, "");
    const title = "Remove the import";
    if (/^[\s,]*$/.test(others)) {
      const whole = { ...diagnostic.span, start: start - head[0].length, end: end + rest[0].length };
      return removal({ span: whole }, title, text, { safe: false });
    }
    // Of `Name as Other` the span is the latter.
    const renamed = /[\p{L}\p{Nd}_]+\s+as\s+$/u.exec(text.slice(0, start))?.[0].length ?? 0;
    const as = /^\s+as\s+[\p{L}\p{Nd}_]+/u.exec(text.slice(end))?.[0].length ?? 0;
    return edit(diagnostic, title, "", { safe: false, ...withComma(text, start - renamed, end + as) });
  },
};

/** An `output` that nothing can read. */
export const unusedOutput: FixMaker = {
  codes: ["SAGA2051"],
  make: (diagnostic, text) =>
    /^output\b[\s\S]*\}$/.test(text.slice(diagnostic.span.start, diagnostic.span.end))
      ? removal(diagnostic, "Remove the `output`", text, { safe: false })
      : null,
};
