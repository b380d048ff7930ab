import { nodesOf } from "../nodes.ts";
import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A `repeat` that says not how often. */
export const missingRounds = defineRule(
  {
    code: "SAGA6012",
    slug: "missing-rounds",
    severity: "error",
    message: "This `repeat` does not say how many rounds there are at most.",
    note: "What it waits for may never come.",
    help: "Say it: `repeat max 10 …`; what happens when no round is left stands in `otherwise`.",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const node of nodesOf(saga))
        if (node.kind === "repeat" && !node.node.broken && !node.node.clauses.some((clause) => clause.kind === "max"))
          report(headSpan(node.node), {});
  },
);
