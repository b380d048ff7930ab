import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Node, NodeKind } from "../../compiler/ast/nodes.ts";
import { parseFile } from "../../compiler/ast/parse.ts";
import { childrenOf, walk } from "../../compiler/ast/walk.ts";

const example = (name: string): string => readFileSync(new URL(`../grammar/examples/${name}`, import.meta.url), "utf8");
const EXAMPLES = [
  "clinic-visit.saga",
  "cluster.saga",
  "concert.saga",
  "energy-switch.saga",
  "film-permit.saga",
  "lab-samples.saga",
];

/** Every node that is reachable by any property at all. */
function reachable(value: unknown, found: Set<unknown> = new Set()): Set<unknown> {
  if (typeof value !== "object" || value === null) return found;
  if ("kind" in value) found.add(value);
  for (const inner of Object.values(value)) reachable(inner, found);
  return found;
}

describe("Walking a tree", () => {
  it.each(EXAMPLES)("%s: visits every node there is, once, in the order of the text", (name) => {
    const { file } = parseFile(example(name), name);
    const visited: Node[] = [];
    walk(file, (node) => {
      visited.push(node);
      return true;
    });
    // The name of a shorthand entry is a node within its value.
    const names = visited.flatMap((node) => (node.kind === "entry" && node.shorthand && node.name !== null ? [node.name] : []));
    const unvisited = [...reachable(file)].filter((node) => !visited.includes(node as Node) && !names.includes(node as never));
    expect(unvisited).toEqual([]);
    expect(new Set(visited).size).toBe(visited.length);
    for (const node of visited) {
      const starts = childrenOf(node).map(({ span }) => span.start);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
    }
  });

  it("leaves the children out where it is told to", () => {
    const { file } = parseFile("saga S { if a { undo b } undo c }", "test.saga");
    const kinds: NodeKind[] = [];
    walk(file, ({ kind }) => {
      kinds.push(kind);
      return kind !== "if";
    });
    expect(kinds).toEqual(["file", "saga-decl", "ident", "if", "undo", "ident"]);
  });
});
