/** A stretch of one source line as a terminal shows it, with a mark below. */
export interface MarkedLine {
  /** Tabs are spaces, control characters are visible signs, a long line is cut around the mark. */
  readonly text: string;
  /** Spaces, then the mark signs: stands below `text`. */
  readonly marks: string;
}

/** Lines wider than this are cut. */
const WIDEST = 160;
const TAB_WIDTH = 4;
/** UTF-16 units around the beginning of a mark that are laid out; more than can be shown. */
const NEAR = 1000;

/**
 * Marks `from` to `to` (UTF-16 units of `line`, `to` exclusive) with `sign`. An empty stretch gets one sign; what lies behind the end of
 * the line is marked behind its last character.
 */
export function markLine(line: string, from: number, to: number, sign: "^" | "-"): MarkedLine {
  // Only what can be in sight is laid out: a line may be as long as a file.
  const begin = Math.max(0, from - NEAR);
  const near = line.slice(begin, from + NEAR);
  const cells = layOut(near);
  const start = columnOf(cells, from - begin);
  const end = Math.max(columnOf(cells, to - begin), start + 1);
  const { first, last } = window(cells, start, end);
  const shown = cells.filter((cell) => cell.column >= first && cell.column + cell.width <= last);
  const before = first > 0 || begin > 0 ? "…" : "";
  const after = last < widthOf(cells) || begin + near.length < line.length ? "…" : "";
  const text = `${before}${shown.map((cell) => cell.text).join("")}${after}`;
  // The first cell shown may begin behind the cut, when a wide character stands on it.
  const offset = (shown[0]?.column ?? first) - before.length;
  return { text, marks: `${" ".repeat(start - offset)}${sign.repeat(Math.min(end, last + 1) - start)}` };
}

interface Cell {
  /** In UTF-16 units. */
  readonly offset: number;
  readonly column: number;
  readonly width: number;
  readonly text: string;
}

function layOut(line: string): Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  let column = 0;
  for (const character of line) {
    const tab = character === "\t" ? TAB_WIDTH - (column % TAB_WIDTH) : 0;
    const text = tab > 0 ? " ".repeat(tab) : visible(character);
    const width = tab > 0 ? tab : displayWidth(text);
    cells.push({ offset, column, width, text });
    offset += character.length;
    column += width;
  }
  return cells;
}

function columnOf(cells: readonly Cell[], offset: number): number {
  const cell = cells.find((candidate) => candidate.offset >= offset);
  return cell?.column ?? widthOf(cells);
}

function widthOf(cells: readonly Cell[]): number {
  const last = cells.at(-1);
  return last === undefined ? 0 : last.column + last.width;
}

function window(cells: readonly Cell[], start: number, end: number): { first: number; last: number } {
  const width = widthOf(cells);
  if (width <= WIDEST) return { first: 0, last: width };
  const length = Math.min(end - start, WIDEST);
  const first = Math.max(0, Math.min(start - Math.floor((WIDEST - length) / 2), width - WIDEST));
  return { first, last: first + WIDEST };
}

/** Source text must not steer the terminal: control and direction characters become signs. */
function visible(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20) return String.fromCodePoint(0x2400 + point);
  if (point === 0x7f) return "\u2421";
  return /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(character) ? "\ufffd" : character;
}

/** Columns of a character in a terminal: 0 for marks that join the one before, 2 for wide ones. */
function displayWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}]$/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** East Asian wide and fullwidth characters, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
