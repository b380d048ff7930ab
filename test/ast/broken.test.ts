import { describe, expect, it } from "vitest";
import type { Node } from "../../compiler/ast/nodes.ts";
import { parseFile } from "../../compiler/ast/parse.ts";
import { walk } from "../../compiler/ast/walk.ts";

/** A text with one mistake, and the kinds of the nodes that are marked: broken, invalid or without a name. */
const CASES: readonly (readonly [text: string, marked: string])[] = [
  ["saga S { input { : uuid b: int } }", "fields"],
  ["saga S { input { a: \n b: int } }", "fields field invalid-type"],
  ["saga S { step a on s { output { : string } } }", "fields"],
  ["saga S { step a on s { { x: string } } }", "step"],
  ["saga S { { a: uuid } }", "saga-decl"],
  ["= { a: int }\ntype T = int", "file"],
  ["type = { a: int }", "type-decl"],
  ["type T =", "file type-decl invalid-type"],
  ["type T = record<", "file type-decl invalid-type"],
  ['type T = "a" |', "file type-decl invalid-type"],
  ["saga S { let x = 1 + }", "saga-decl let invalid"],
  ["saga S { let x = a. }", "member"],
  ["saga S { let x = f(1, ) }", ""],
  ["saga S { if { undo a } }", "if invalid"],
  ["saga S { if a }", "saga-decl if block"],
  ["saga S { if a { } else }", "saga-decl if block"],
  ["saga S { undo }", "saga-decl undo"],
  ["saga S { step on s { } }", "step"],
  ["saga S { step a on { } }", "step operation"],
  ["saga S { step a { timeout } }", "step timeout invalid"],
  ["saga S { step a { retry backoff 1s } }", "retry"],
  ["saga S { step a { compensate } }", "step compensate handler operation"],
  ["saga S { step a { on E } }", "step on-error invalid-outcome"],
  ["saga S { step a { input { x: , y: 1 } } }", "object invalid"],
  ["saga S { step a { input } }", "step input-object object"],
  ["saga S { step a { throws } }", "step throws"],
  ["saga S { step a { timeout 5sec } }", "invalid"],
  ["saga S { step a { retry 99999999999999999999 } }", "retry"],
  ["saga S { version }", "saga-decl version"],
  ["saga S { try { } }", "saga-decl try invalid-outcome"],
  ["saga S { parallel first 99999999999999999999 { } }", "parallel"],
  ["service s { idempotent for }", "service-decl idempotent"],
  ["saga S { step a { } ", "saga-decl"],
];

const isMarked = (node: Node): boolean => {
  if (node.kind.startsWith("invalid")) return true;
  if (node.kind === "member") return node.member === null;
  if (node.kind === "operation") return node.service === null && node.operation === null;
  if (node.kind === "retry") return node.attempts === null;
  return "broken" in node && node.broken;
};

describe("What recovery left half-read is marked", () => {
  it.each(CASES)("%s", (text, marked) => {
    const { file, problems } = parseFile(text, "test.saga");
    const kinds: string[] = [];
    walk(file, (node) => {
      if (isMarked(node)) kinds.push(node.kind);
      return true;
    });
    expect(problems).toHaveLength(marked === "" ? 0 : 1);
    expect(kinds.join(" ")).toBe(marked);
  });
});
