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
  const oneLine = flat(layout, room - column - trailing);
  if (oneLine !== null) return oneLine;
  if (typeof layout === "string") return layout;
  if ("kind" in layout) return layout.kind === "group" ? brokenGroup(layout, room) : brokenUnion(layout, room, column, trailing);
  let text = "";
  layout.forEach((part, index) => {
    const rest = layout.slice(index + 1).reduce((length: number, next) => length + firstLength(next), trailing);
    const last = text.slice(text.lastIndexOf("\n") + 1);
    const next = render(part, room, text.includes("\n") ? last.length : column + last.length, rest);
    text = next.startsWith("\n") ? text.trimEnd() + next : text + next;
  });
  return text;
}

function brokenGroup(group: Group, room: number): string {
  if (group.items.length === 0) return group.open + group.close;
  const lines = [group.open];
  for (const item of group.items) {
    const text = render(item.layout, room - INDENT.length, 0, 1) + group.separator;
    for (const line of [...item.doc, ...text.split("\n")]) lines.push(line === "" ? "" : INDENT + line);
  }
  return [...lines, group.close].join("\n");
}

function brokenUnion(union: Union, room: number, column: number, trailing: number): string {
  if (union.items.length < 2) return union.items.map((item) => render(item, room, column, trailing)).join("");
  const width = room - INDENT.length - 2;
  return union.items.map((item) => `\n${INDENT}| ${render(item, width).replaceAll("\n", `\n${INDENT}`)}`).join("");
}

/** On one line of at most `limit` characters; `null`: it does not fit. Gives up early, as it is tried at every depth. */
function flat(layout: Layout, limit: number): string | null {
  if (typeof layout === "string") return layout.length > limit || layout.includes("\n") ? null : layout;
  if (!("kind" in layout)) return joined(layout, "", limit);
  if (layout.kind === "union") return joined(layout.items, " | ", limit);
  if (layout.items.length === 0) return joined([layout.open, layout.close], "", limit);
  if (layout.broken === true || layout.items.some((item) => item.doc.length > 0)) return null;
  const blank = layout.spaced ? " " : "";
  const items = layout.items.map((item) => item.layout);
  const inner = joined(items, `${layout.separator} `, limit - layout.open.length - layout.close.length - 2 * blank.length);
  return inner === null ? null : layout.open + blank + inner + blank + layout.close;
}

function joined(parts: readonly Layout[], separator: string, limit: number): string | null {
  let text = "";
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += separator;
    const next = flat(part, limit - text.length);
    if (next === null) return null;
    text += next;
  }
  return text;
}

/** What must follow on the same line at least. */
function firstLength(layout: Layout): number {
  if (typeof layout === "string") return layout.length;
  if (!("kind" in layout)) return layout.length === 0 ? 0 : firstLength(layout[0] ?? "");
  return layout.kind === "group" ? layout.open.length : 0;
}
