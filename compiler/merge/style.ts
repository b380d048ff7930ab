import { DEFAULT_STYLE, type StubStyle } from "../emit/steps.ts";

/** How a file is written, guessed from its text; what it does not show is ours. */
export interface FileStyle extends StubStyle {
  readonly newline: "\n" | "\r\n";
}

export function detectStyle(text: string): FileStyle {
  const imports = text.match(/^\s*(?:import|export)\b[^\n]*\bfrom\s*["'][^\n]*$/gm) ?? [];
  const statements =
    imports.length > 0 ? imports : (text.match(/^\s*(?:return|throw|const|let)\b[^\n]*[^\s{([,;]\s*;?\s*$/gm) ?? []);
  return {
    indent: detectIndent(text),
    quote: count(text, /'[^'"\n]*'/g) > count(text, /"[^'"\n]*"/g) ? "'" : '"',
    semicolon: statements.length > 0 && !statements.some((line) => /;\s*$/.test(line)) ? "" : DEFAULT_STYLE.semicolon,
    parameters: DEFAULT_STYLE.parameters,
    newline: count(text, /\r\n/g) * 2 > count(text, /\n/g) ? "\r\n" : "\n",
  };
}

/** A tab where lines begin with tabs, else the smallest step inwards from one line to the next. */
function detectIndent(text: string): string {
  if (count(text, /^\t/gm) > count(text, /^ +(?!\*)/gm)) return "\t";
  let smallest: number | null = null;
  let previous = 0;
  for (const line of text.split("\n")) {
    if (/^\s*(?:\*|\/\*|$)/.test(line)) continue;
    const width = line.length - line.trimStart().length;
    const step = width - previous;
    previous = width;
    if (step >= 2 && (smallest === null || step < smallest)) smallest = step;
  }
  return smallest === null ? DEFAULT_STYLE.indent : " ".repeat(smallest);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
