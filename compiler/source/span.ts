/**
 * A stretch of a source file. `start` and `end` are offsets in UTF-16 code units (what `String.prototype.slice` counts),
 * `end` is exclusive. `start === end` marks a place between two characters.
 */
export interface Span {
  /** The path under which the file stands in its source set: relative to the project root, with `/`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The smallest span that holds both; they must be of one file. */
export function cover(first: Span, last: Span): Span {
  return { file: first.file, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
}

/** Whether all of `part` stands in `whole`. */
export function spanHolds(whole: Span, part: Span): boolean {
  return whole.file === part.file && whole.start <= part.start && part.end <= whole.end;
}

/** Order of files and then of places, for sorted output. Compares code units: the same on every machine. */
export function compareSpans(a: Span, b: Span): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start - b.start || a.end - b.end;
}
