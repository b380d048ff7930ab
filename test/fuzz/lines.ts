import type { Readable, ValueType } from "./expressions.ts";
import type { Place } from "./maker.ts";

export const TYPES: readonly ValueType[] = ["string", "string", "int", "int", "boolean", "boolean", "strings", "duration"];

/** What every program can read from its start. */
export const INPUT: readonly Readable[] = [
  { text: "input.name", type: "string", optional: false },
  { text: "input.note", type: "string", optional: true },
  { text: "input.count", type: "int", optional: false },
  { text: "input.flag", type: "boolean", optional: false },
  { text: "input.list", type: "strings", optional: false },
  { text: "input.items[].sku", type: "strings", optional: false },
  { text: "input.extra.label", type: "string", optional: false },
  { text: "input.extra.note", type: "string", optional: true },
  { text: "input.patience", type: "duration", optional: false },
  { text: "input.card", type: "secret", optional: false },
  { text: 'input.prices["red"]', type: "int", optional: true },
  { text: "input.prices[input.name]", type: "int", optional: true },
];

/** What may not have been come to. */
export function asMaybe(readables: readonly Readable[]): Readable[] {
  return readables.filter(({ named }) => named !== true).map((readable) => ({ ...readable, optional: true }));
}

/** A place within this one. It has a list of its own of what can be read. */
export function inside(place: Place, deeper = 1): Place {
  return { ...place, depth: place.depth + deeper, readables: [...place.readables] };
}

export function typeText(type: ValueType): string {
  return type === "strings" ? "string[]" : type === "secret" ? "secret string" : type;
}

export function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

export function indent(lines: readonly string[], depth = 1): string[] {
  return lines.map((line) => `${"  ".repeat(depth === 1 ? 1 : depth + 1)}${line}`);
}
