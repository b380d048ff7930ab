import type { Readable, ValueType } from "./expressions.ts";

export const TYPES: readonly ValueType[] = ["string", "int", "boolean", "strings"];
/** What every program can read from its start. */
export const INPUT: readonly Readable[] = [
  { text: "input.name", type: "string", optional: false },
  { text: "input.note", type: "string", optional: true },
  { text: "input.count", type: "int", optional: false },
  { text: "input.flag", type: "boolean", optional: false },
  { text: "input.list", type: "strings", optional: false },
  { text: "input.items[].sku", type: "strings", optional: false },
];

/** The saga that it calls. */
export function calleeLines(saga: string): string[] {
  return [
    `saga ${saga}Callee {`,
    "  timeout 1d",
    "  input { text: string }",
    "  step begin on memory { input { input.text } output { text: string } throws Refused compensate undoBegin { input { input.text } } }",
    "  step finish on plain { input { begin.text } throws Empty compensate undoFinish { input { input.text } } }",
    "  output { answer: begin.text }",
    "}",
  ];
}

/** What may not have been come to. */
export function asMaybe(readables: readonly Readable[]): Readable[] {
  return readables.filter(({ named }) => named !== true).map((readable) => ({ ...readable, optional: true }));
}

export function typeText(type: ValueType): string {
  return type === "strings" ? "string[]" : type;
}

export function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

export function indent(lines: readonly string[], depth = 1): string[] {
  return lines.map((line) => `${"  ".repeat(depth === 1 ? 1 : depth + 1)}${line}`);
}
