import { blockCommentLines } from "./escape.ts";

/** Lines of code with indentation; the emitters' only way to put text together. */
export class Writer {
  readonly #lines: string[] = [];
  #depth = 0;

  /** One line at the present depth; several when the text has line breaks (each is indented). */
  line(text = ""): this {
    if (this.#depth === 0) {
      this.#lines.push(text);
      return this;
    }
    const indent = INDENT.repeat(this.#depth);
    for (const part of text.split("\n")) this.#lines.push(part === "" ? "" : indent + part);
    return this;
  }

  /** What the function writes stands one level deeper. */
  indent(write: () => void): this {
    this.#depth += 1;
    write();
    this.#depth -= 1;
    return this;
  }

  /** `open`, the indented body, `close`. */
  block(open: string, write: () => void, close: string): this {
    return this.line(open).indent(write).line(close);
  }

  /** A TSDoc comment; nothing where there is no text. Parts are paragraphs; those that are `null` are left out. */
  doc(...parts: readonly (string | null)[]): this {
    for (const line of docLines(...parts)) this.line(line);
    return this;
  }

  /** Columns that are left on a line of this depth. */
  get room(): number {
    return MAX_WIDTH - this.#depth * INDENT.length;
  }

  /** Ends in one line break. */
  toString(): string {
    return `${this.#lines.join("\n").trimEnd()}\n`;
  }
}

export const INDENT = "  ";
/** No emitted line is longer where it can be helped; the same as the project's own. */
export const MAX_WIDTH = 130;

/** The lines of a TSDoc comment, escaped; none where there is no text. */
export function docLines(...parts: readonly (string | null)[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const text = part === null ? [] : blockCommentLines(part);
    if (text.length === 0) continue;
    if (lines.length > 0) lines.push("");
    lines.push(...text);
  }
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`/** ${lines[0]} */`];
  return ["/**", ...lines.map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}
