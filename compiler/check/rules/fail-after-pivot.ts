import { nodesOf } from "../nodes.ts";
import { defineRule } from "../rule.ts";
import { failuresAt } from "./lib/fails.ts";
import { pivotLabel } from "./lib/pivot.ts";

/** Something fails the saga behind the pivot, or where it may have passed. */
export const failAfterPivot = defineRule(
  {
    code: "SAGA4025",
    slug: "fail-after-pivot",
    severity: "error",
    message: "This can fail the saga {where} the pivot.",
    note: "After the point of no return there is no way back: a saga that failed there would be left half-done.",
    help: "{instead}",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const { span, zone, by } of failuresAt(nodesOf(saga)))
        if (zone === "after" || zone === "maybe")
          report(
            span,
            { where: zone === "after" ? "behind" : "where it may have passed", instead: INSTEAD[by] },
            { labels: pivotLabel(saga) },
          );
  },
);

const INSTEAD = {
  retry: "Write `retry … then park`, or `retry forever`; or decide it before the pivot.",
  statement: "Decide it before the pivot: what stands behind it must succeed.",
  outcome: "Say what happens instead: `park`, `continue`, or a block; or decide it before the pivot.",
} as const;
