import type { Marks } from "./marks.ts";
import { type Piece, spaceBetween } from "./spacing.ts";

/** Columns that a line should not pass. */
export const LINE_WIDTH = 120;
const INDENT = "  ";

/**
 * Pieces to text. Braces stay on one line where they fit, hold no comment that ends its line, and their first entry stands behind them in
 * the source: whoever breaks the line there has it broken. All else is decided by the tokens alone.
 */
export function print(pieces: readonly Piece[], source: string, marks: Marks): string {
  return new Printer(pieces, source, marks).print();
}

interface Group {
  readonly close: number;
  /** It cannot stand on one line, whatever its length. */
  readonly mustBreak: boolean;
}

class Printer {
  readonly #pieces: readonly Piece[];
  readonly #source: string;
  readonly #marks: Marks;
  readonly #groups: ReadonlyMap<number, Group>;
  readonly #isLong: readonly boolean[];
  #text = "";
  #column = 0;
  #line = "";

  constructor(pieces: readonly Piece[], source: string, marks: Marks) {
    this.#pieces = pieces;
    this.#source = source;
    this.#marks = marks;
    this.#groups = groupsOf(pieces, source, marks);
    this.#isLong = longLines(pieces, this.#groups, marks);
  }

  print(): string {
    /** Of the braces around: where they close, and whether they are broken. */
    const open: { readonly close: number; readonly broken: boolean }[] = [];
    let flatUntil = -1;
    for (const [at, piece] of this.#pieces.entries()) {
      const around = open.at(-1);
      const closes = around?.close === at;
      if (closes) open.pop();
      const depth = open.filter(({ broken }) => broken).length;
      const inItems = around === undefined || around.broken;
      this.#separate(at, {
        depth,
        closes: closes && around.broken,
        item: inItems && at > flatUntil && this.#beginsItem(at),
      });
      this.#write(piece.text);
      const group = this.#groups.get(at);
      if (group === undefined) continue;
      const broken = at > flatUntil && (group.mustBreak || this.#column + this.#flatWidth(at, group.close) > LINE_WIDTH);
      if (!broken && at > flatUntil) flatUntil = group.close;
      open.push({ close: group.close, broken });
    }
    this.#newline();
    return this.#text;
  }

  /** An item, or the comments right before one. */
  #beginsItem(at: number): boolean {
    const piece = this.#pieces[at];
    if (piece === undefined) return false;
    if (piece.kind === "verbatim" || this.#marks.items.has(piece.start)) return true;
    return piece.kind !== "token" && this.#breaksBefore(at) > 0;
  }

  #separate(at: number, place: { readonly depth: number; readonly closes: boolean; readonly item: boolean }): void {
    const before = this.#pieces[at - 1];
    const piece = this.#pieces[at];
    if (before === undefined || piece === undefined) return;
    const breaks = this.#breaksBefore(at);
    const afterComment = before.kind === "line" || before.kind === "doc";
    if (place.closes) return this.#newline(place.depth);
    const trailing = piece.kind !== "token" && piece.kind !== "verbatim" && breaks === 0;
    if (place.item && !trailing) {
      const blank = breaks > 1 && !this.#groups.has(at - 1);
      return this.#newline(place.depth, blank);
    }
    // Nothing of a declaration goes on behind one that stays as it is.
    if (before.kind === "verbatim") return this.#newline(place.depth);
    if (afterComment || (piece.kind !== "token" && breaks > 0)) return this.#newline(place.depth + 1);
    if (breaks > 0 && piece.kind === "token" && this.#isLong[at] === true) return this.#newline(place.depth + 2);
    this.#write(spaceBetween(before, piece, this.#marks));
  }

  /** Line breaks in the source right before a piece. */
  #breaksBefore(at: number): number {
    const before = this.#pieces[at - 1];
    const piece = this.#pieces[at];
    return before === undefined || piece === undefined ? 0 : breaksIn(this.#source, before.end, piece.start);
  }

  /** Of what stands behind an opening brace up to the end of its line, all on one line. */
  #flatWidth(at: number, close: number): number {
    let width = 0;
    for (let next = at + 1; next < this.#pieces.length; next += 1) {
      const piece = this.#pieces[next];
      const before = this.#pieces[next - 1];
      if (piece === undefined || before === undefined) break;
      if (next > close && (startsLine(piece, this.#marks) || piece.text === "}" || this.#groups.has(next))) break;
      width += spaceBetween(before, piece, this.#marks).length + piece.text.length;
    }
    return width;
  }

  #write(text: string): void {
    this.#line += text;
    this.#column += text.length;
  }

  #newline(depth = 0, blank = false): void {
    this.#text += `${this.#line}\n${blank ? "\n" : ""}`;
    this.#line = INDENT.repeat(depth);
    this.#column = this.#line.length;
  }
}

/** Every pair of braces, by the position of the opening one. Those that do not match are none. */
function groupsOf(pieces: readonly Piece[], source: string, marks: Marks): ReadonlyMap<number, Group> {
  const groups = new Map<number, Group>();
  const open: { readonly at: number; mustBreak: boolean }[] = [];
  let saga = false;
  for (const [at, piece] of pieces.entries()) {
    const around = open.at(-1);
    if (around !== undefined && endsLine(pieces, at, source)) around.mustBreak = true;
    if (piece.kind !== "token") continue;
    if (marks.sagas.has(piece.start)) saga = true;
    if (piece.text === "{") {
      const next = pieces[at + 1];
      // What begins no line of its own stands right behind the brace, whatever the source has there.
      const begins = next !== undefined && startsLine(next, marks);
      const broken = begins && next.text !== "}" && breaksIn(source, piece.end, next.start) > 0;
      open.push({ at, mustBreak: broken || saga });
      saga = false;
    } else if (piece.text === "}") {
      const group = open.pop();
      if (group === undefined) continue;
      groups.set(group.at, { close: at, mustBreak: group.mustBreak });
      const outer = open.at(-1);
      // Nothing of several lines stands in braces on one line.
      if (group.mustBreak && outer !== undefined) outer.mustBreak = true;
    }
  }
  return groups;
}

/** Whether the line that a piece stands on, were it joined, is too long: then its own line breaks are kept. By piece. */
function longLines(pieces: readonly Piece[], groups: ReadonlyMap<number, Group>, marks: Marks): readonly boolean[] {
  const closes = new Set([...groups.values()].map(({ close }) => close));
  const isLong = new Array<boolean>(pieces.length).fill(false);
  let from = 0;
  let depth = 0;
  let width = 0;
  for (const [at, piece] of pieces.entries()) {
    if (groups.has(at - 1)) depth += 1;
    if (closes.has(at - 1)) depth -= 1;
    const before = pieces[at - 1];
    if (before === undefined || startsLine(piece, marks)) {
      isLong.fill(width > LINE_WIDTH, from, at);
      from = at;
      width = INDENT.length * depth;
    } else {
      width += spaceBetween(before, piece, marks).length;
    }
    width += piece.text.length;
  }
  return isLong.fill(width > LINE_WIDTH, from);
}

function startsLine(piece: Piece, marks: Marks): boolean {
  return piece.kind !== "token" || marks.items.has(piece.start);
}

/** A comment behind which, or within which, a line ends. */
function endsLine(pieces: readonly Piece[], at: number, source: string): boolean {
  const piece = pieces[at];
  if (piece === undefined || piece.kind === "token") return false;
  if (piece.kind !== "block") return true;
  const before = pieces[at - 1];
  return /[\r\n]/.test(piece.text) || (before !== undefined && breaksIn(source, before.end, piece.start) > 0);
}

function breaksIn(source: string, from: number, to: number): number {
  return source.slice(from, to).match(/\r\n|\r|\n/g)?.length ?? 0;
}
