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
  /** One item a line even where all would fit. */
  readonly broken?: boolean;
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
}

export function braces(items: readonly Item[], separator: "," | ";", broken = false): Group {
  return { kind: "group", open: "{", items, separator, close: "}", spaced: true, broken };
}

export function brackets(open: string, items: readonly Layout[], close: string): Group {
  return { kind: "group", open, items: items.map((layout) => ({ doc: [], layout })), separator: ",", close, spaced: false };
}

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
  if (roomAfter(layout, room - page.column - trailing) >= 0) putFlat(layout, page);
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

/** What is left of `room` when it stands on one line; negative: it does not fit. Gives up early, as it is tried at every depth. */
function roomAfter(layout: Layout, room: number): number {
  if (typeof layout === "string") return layout.length > room || layout.includes("\n") ? -1 : room - layout.length;
  if (!("kind" in layout)) {
    let left = room;
    for (const part of layout) {
      left = roomAfter(part, left);
      if (left < 0) return left;
    }
    return left;
  }
  const { open, close, between, blank } = signs(layout);
  if (layout.kind === "group" && (layout.broken === true || layout.items.some(({ doc }) => doc.length > 0))) return -1;
  let left = room - open.length - close.length - 2 * blank.length;
  for (let at = 0; at < layout.items.length && left >= 0; at += 1) {
    left = roomAfter(itemAt(layout, at), at === 0 ? left : left - between.length);
  }
  return left;
}

/** On one line, whatever its length. */
function putFlat(layout: Layout, page: Page): void {
  if (typeof layout === "string") page.put(layout);
  else if (!("kind" in layout)) for (const part of layout) putFlat(part, page);
  else {
    const { open, close, between, blank } = signs(layout);
    page.put(open + blank);
    for (let at = 0; at < layout.items.length; at += 1) {
      if (at > 0) page.put(between);
      putFlat(itemAt(layout, at), page);
    }
    page.put(blank + close);
  }
}

function itemAt(layout: Group | Union, at: number): Layout {
  return layout.kind === "union" ? (layout.items[at] ?? "") : (layout.items[at]?.layout ?? "");
}

/** What stands around and between the items on one line. */
function signs(layout: Group | Union): { open: string; close: string; between: string; blank: string } {
  if (layout.kind === "union") return { open: "", close: "", between: " | ", blank: "" };
  const { open, close, separator, items, spaced } = layout;
  return { open, close, between: separator === "," ? ", " : "; ", blank: spaced && items.length > 0 ? " " : "" };
}

/** What must follow on the same line at least. */
function firstLength(layout: Layout): number {
  if (typeof layout === "string") return layout.length;
  if (!("kind" in layout)) return layout.length === 0 ? 0 : firstLength(layout[0] ?? "");
  return layout.kind === "group" ? layout.open.length : 0;
}
