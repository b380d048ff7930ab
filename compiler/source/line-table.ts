/** A place as people name it. Both numbers start at 1; `column` counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offsets of a text to lines and columns and back. A line ends with LF, CRLF or a CR of its own. */
export interface LineTable {
  /** Number of lines, at least 1. */
  readonly lineCount: number;
  /** Offsets outside of the text are moved to its nearer end. */
  positionAt(offset: number): Position;
  /** The inverse; lines and columns outside of the text are moved to its nearer end, columns to the end of their line. */
  offsetAt(position: Position): number;
  /** The text of a line without its line break; `""` for a line that does not exist. */
  lineText(line: number): string;
}

export function createLineTable(text: string): LineTable {
  const starts = lineStarts(text);

  /** Offset just behind the last character of the line (before its line break). */
  const lineEnd = (line: number): number => {
    const next = starts[line];
    if (next === undefined) return text.length;
    return text[next - 1] === "\n" && text[next - 2] === "\r" ? next - 2 : next - 1;
  };

  return {
    lineCount: starts.length,
    positionAt(offset) {
      const at = clamp(offset, 0, text.length);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
    },
    offsetAt({ line, column }) {
      if (line < 1) return 0;
      const start = starts[line - 1];
      if (start === undefined) return text.length;
      return clamp(start + column - 1, start, lineEnd(line));
    },
    lineText(line) {
      const start = starts[line - 1];
      return start === undefined ? "" : text.slice(start, lineEnd(line));
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
