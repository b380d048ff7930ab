import { edit, type FixMaker, removal } from "./fix.ts";

/** `# comment` */
export const hashComment: FixMaker = {
  codes: ["SAGA1030"],
  make(diagnostic, text) {
    const { start } = diagnostic.span;
    const signs = /^#+/.exec(text.slice(start))?.[0].length ?? 1;
    return edit(diagnostic, "Write `//` in place of `#`", "//", { safe: true, end: start + signs });
  },
};

/** A comment that silences nothing. */
export const unusedIgnore: FixMaker = {
  codes: ["SAGA2026"],
  make: (diagnostic, text) => removal(diagnostic, "Remove the comment", text, { safe: true }),
};

/** `///` where nothing can be documented. Behind something on its line it was probably meant for that, or for what follows. */
export const strayDoc: FixMaker = {
  codes: ["SAGA2022"],
  make(diagnostic, text) {
    const { start } = diagnostic.span;
    const safe = text.slice(text.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
    return edit(diagnostic, "Make it a plain comment", "//", { safe, end: start + 3 });
  },
};

/** A comment that documents elsewhere. */
export const foreignDoc: FixMaker = {
  codes: ["SAGA2024"],
  make(diagnostic, text) {
    const { start, end } = diagnostic.span;
    const title = "Make it documentation: `///`";
    const written = text.slice(start, end);
    if (!written.startsWith("/*")) return edit(diagnostic, title, "///", { safe: true, end: start + 2 });
    const margin = /[ \t]*$/.exec(text.slice(0, start))?.[0] ?? "";
    const lines = written
      .slice(3, -2)
      .split(/\r?\n/)
      .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
    while (lines[0] === "") lines.shift();
    while (lines.at(-1) === "") lines.pop();
    if (lines.length === 0) return null;
    return edit(diagnostic, title, lines.map((line) => (line === "" ? "///" : `/// ${line}`)).join(`\n${margin}`), {
      safe: true,
    });
  },
};
