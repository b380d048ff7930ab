import { INDENT } from "./writer.ts";

/**
 * Code that stands on one line where it fits and is broken over several where it does not. Enough of a pretty printer for types,
 * schemas and tables, so that generated files read well without running a formatter over them.
 */
export type Layout = string | readonly Layout[] | Group | Union;

/** `{ a: b, c: d }` or one item a line. */
export interface Group {
  readonly kind: "group";
  readonly open: string;
  readonly items: readonly Item[];
  readonly separator: "," | ";";
  readonly close: string;
  /** Blanks inside the brackets when on one line. */
  readonly spaced: boolean;
  /** Columns that it takes on one line; `Infinity`: it is always broken. Kept, as it is asked for at every depth around it. */
  readonly width: number;
}

export interface Item {
  /** Comment lines above it; an item that has some breaks its group. */
  readonly doc: readonly string[];
  readonly layout: Layout;
}

/** `a | b`, or one alternative a line. */
interface Union {
  readonly kind: "union";
  readonly items: readonly Layout[];
  /** As of a group. */
  readonly width: number;
}

/** `broken`: one item a line even where all would fit. */
export function braces(items: readonly Item[], separator: "," | ";", broken = false): Group {
  let width = broken ? Number.POSITIVE_INFINITY : 2 + between(items.length, BETWEEN);
  if (items.length > 0) width += 2;
  for (const { doc, layout } of items) width += doc.length > 0 ? Number.POSITIVE_INFINITY : widthOf(layout);
  return { kind: "group", open: "{", items, separator, close: "}", spaced: true, width };
}

export function brackets(open: string, items: readonly Layout[], close: string): Group {
  let width = open.length + close.length + between(items.length, BETWEEN);
  for (const item of items) width += widthOf(item);
  const plain = items.map((layout) => ({ doc: NO_LINES, layout }));
  return { kind: "group", open, items: plain, separator: ",", close, spaced: false, width };
}

export function union(items: readonly Layout[]): Union {
  let width = between(items.length, OR.length);
  for (const item of items) width += widthOf(item);
  return { kind: "union", items, width };
}

/** Shared by all items without a comment: there are many. */
export const NO_LINES: readonly string[] = [];
const BETWEEN = 2;
const OR = " | ";

/** Text of a layout whose first line starts at `column`; further lines are indented relative to the line that it starts on. */
export function render(layout: Layout, room: number, column = 0, trailing = 0): string {
  const page = new Page(column);
  print(layout, page, room, trailing);
  return page.toString();
}

/** Lines as they will stand, so that no text is indented once more at every level around it. */
class Page {
  /** Of the lines that come next. */
  indent = "";
  readonly #lines: string[] = [];
  #line = "";
  /** What the present line counts for beyond its own length. */
  #shift: number;

  constructor(column: number) {
    this.#shift = column;
  }

  get column(): number {
    return this.#line.length + this.#shift;
  }

  /** Code that may have lines of its own. */
  put(text: string): void {
    if (!text.includes("\n")) {
      this.#line += text;
      return;
    }
    const [first = "", ...rest] = text.split("\n");
    if (first === "") this.#line = this.#line.trimEnd();
    this.#line += first;
    for (const line of rest) this.next(line === "" ? "" : this.indent + line);
  }

  next(line: string, shift = 0): void {
    this.#lines.push(this.#line);
    this.#line = line;
    this.#shift = shift;
  }

  /** The present line counts for its length alone again. */
  settle(): void {
    this.#shift = 0;
  }

  trim(): void {
    this.#line = this.#line.trimEnd();
  }

  toString(): string {
    return [...this.#lines, this.#line].join("\n");
  }
}

/** `room`: columns of a line from its beginning; `trailing`: what must follow on the last one. */
function print(layout: Layout, page: Page, room: number, trailing: number): void {
  if (widthOf(layout) <= room - page.column - trailing) putFlat(layout, page);
  else if (typeof layout === "string") page.put(layout);
  else if (!("kind" in layout)) {
    layout.forEach((part, index) => {
      const rest = layout.slice(index + 1).reduce((length: number, next) => length + firstLength(next), trailing);
      print(part, page, room, rest);
    });
  } else if (layout.kind === "group") printGroup(layout, page, room);
  else printUnion(layout, page, room, trailing);
}

function printGroup(group: Group, page: Page, room: number): void {
  page.put(group.open);
  if (group.items.length > 0) {
    const outer = page.indent;
    page.indent += INDENT;
    for (const { doc, layout } of group.items) {
      for (const line of doc) page.next(line === "" ? "" : page.indent + line);
      page.next(page.indent);
      print(layout, page, room, 1);
      page.put(group.separator);
    }
    page.indent = outer;
    page.next(outer);
  }
  page.put(group.close);
}

function printUnion(union: Union, page: Page, room: number, trailing: number): void {
  if (union.items.length < 2) {
    for (const item of union.items) print(item, page, room, trailing);
    return;
  }
  const outer = page.indent;
  page.indent += INDENT;
  page.trim();
  // An alternative is laid out as if its sign stood at the left of all its lines.
  for (const item of union.items) {
    page.next(`${page.indent}| `, -2);
    print(item, page, room - 2, 0);
    page.settle();
  }
  page.indent = outer;
}

/** Columns that it takes on one line; `Infinity`: it has lines of its own. */
function widthOf(layout: Layout): number {
  if (typeof layout === "string") return layout.includes("\n") ? Number.POSITIVE_INFINITY : layout.length;
  if ("kind" in layout) return layout.width;
  let width = 0;
  for (const part of layout) width += widthOf(part);
  return width;
}

/** Columns between so many items. */
function between(items: number, each: number): number {
  return Math.max(0, items - 1) * each;
}

/** On one line, whatever its length. */
function putFlat(layout: Layout, page: Page): void {
  if (typeof layout === "string") page.put(layout);
  else if (!("kind" in layout)) for (const part of layout) putFlat(part, page);
  else if (layout.kind === "union") {
    for (let at = 0; at < layout.items.length; at += 1) {
      if (at > 0) page.put(OR);
      putFlat(layout.items[at] ?? "", page);
    }
  } else {
    const { open, close, separator, items, spaced } = layout;
    const blank = spaced && items.length > 0 ? " " : "";
    page.put(open + blank);
    for (let at = 0; at < items.length; at += 1) {
      if (at > 0) page.put(separator === "," ? ", " : "; ");
      putFlat(items[at]?.layout ?? "", page);
    }
    page.put(blank + close);
  }
}

/** What must follow on the same line at least. */
function firstLength(layout: Layout): number {
  if (typeof layout === "string") return layout.length;
  if (!("kind" in layout)) return layout.length === 0 ? 0 : firstLength(layout[0] ?? "");
  return layout.kind === "group" ? layout.open.length : 0;
}
