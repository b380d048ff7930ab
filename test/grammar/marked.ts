import { expect } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { walk } from "../../compiler/ast/walk.ts";
import { createLineTable } from "../../compiler/source/line-table.ts";

/** A file in short: what is wrong with it, and what is still in its tree. */
export interface Reading {
  /** `line:column code message` */
  readonly problems: readonly string[];
  /** The names of all steps in the tree, in source order; `?` for one without a name. */
  readonly steps: readonly string[];
  /** The names of all declarations. */
  readonly declarations: readonly string[];
  /** The first words of what stands misplaced. */
  readonly misplaced: readonly string[];
}

export function read(text: string): Reading {
  const { file, problems } = parseFile(text, "test.saga");
  const lines = createLineTable(text);
  const steps: string[] = [];
  const misplaced: string[] = [];
  walk(file, (node) => {
    if (node.kind === "step") steps.push(node.name?.name ?? "?");
    if (node.kind === "misplaced") misplaced.push(node.keyword);
    return true;
  });
  return {
    problems: problems.map(({ code, message, start }) => {
      const { line, column } = lines.positionAt(start);
      return `${line}:${column} ${code} ${message}`;
    }),
    steps,
    declarations: file.declarations.map((each) => (each.kind === "import" ? "import" : (each.name?.name ?? "?"))),
    misplaced,
  };
}

/** A saga that is right but for `body`, and a step behind it that must survive whatever is wrong in the body. */
export function around(body: string): string {
  return `saga S {\n  timeout 1d\n  input { id: uuid }\n${body}\n  step last on s { input { input.id } }\n}\n`;
}

/** A mistake in the body of a saga. */
export interface Case {
  readonly title: string;
  readonly text: string;
  /** All that is reported: line, column, code, message. */
  readonly problems: readonly string[];
  /** The steps that are still in the tree. */
  readonly steps: string;
}

/** Reads the case inside a saga, with a step behind it that must be in the tree whatever is wrong before. */
export function check({ text, problems, steps }: Case): void {
  expect(read(around(text))).toEqual({
    problems,
    steps: [...steps.split(" ").filter((name) => name !== ""), "last"],
    declarations: ["S"],
    misplaced: [],
  });
}
