import type { SagaItem } from "../../ast/nodes.ts";
import { headSpan, headWord } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** The parts of a saga stand in another order than that of every saga. */
export const itemOrder = defineRule(
  {
    code: "SAGA2011",
    slug: "item-order",
    severity: "error",
    message: "`{item}` stands in the wrong place: it belongs {where}.",
    note: "Before the statements stands what the saga is (`version`, `timeout`, `input` and the like, in any order), behind them its `output`, and last what happens after the end.",
    help: null,
  },
  (program, report) => {
    for (const { node } of program.sagas) {
      const firstStatement = node.items.findIndex((item) => partOf(item) === STATEMENT);
      const lastStatement = node.items.findLastIndex((item) => partOf(item) === STATEMENT);
      const firstEnding = node.items.findIndex((item) => partOf(item) === ENDING);
      for (const [index, item] of node.items.entries()) {
        const part = partOf(item);
        const misplaced = (where: string, help: string): void =>
          report(headSpan(item), { item: headWord(item), where }, { help });
        if (part === CLAUSE && firstStatement !== -1 && index > firstStatement)
          misplaced("before the statements", "Move it to the top of the saga.");
        else if (part >= OUTPUT && index < lastStatement) misplaced("behind the statements", "Move it to the end of the saga.");
        else if (part === OUTPUT && firstEnding !== -1 && index > firstEnding)
          misplaced("before what happens after the end", `Move it above the \`${headWord(node.items[firstEnding] ?? item)}\`.`);
      }
    }
  },
);

const CLAUSE = 0;
const STATEMENT = 1;
const OUTPUT = 2;
const ENDING = 3;

function partOf(item: SagaItem): number {
  switch (item.kind) {
    case "version":
    case "timeout":
    case "undo-within":
    case "input-fields":
    case "tags":
    case "signal-decl":
      return CLAUSE;
    case "output":
      return OUTPUT;
    case "ending":
      return ENDING;
    default:
      return STATEMENT;
  }
}
