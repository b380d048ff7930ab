import { nodesOf } from "../nodes.ts";
import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";

/** A wait after the pivot that nothing ends but the signal. */
export const unboundedAwait = defineRule(
  {
    code: "SAGA4040",
    slug: "unbounded-await",
    severity: "warning",
    message: "This waits for as long as it takes: the saga could stand here for good.",
    note: "Before the pivot the saga's own `timeout` ends a wait; after it a saga that is late is only marked `overdue`.",
    help: "Give it a limit, and say what then: `timeout 7d on timeout park`.",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const node of nodesOf(saga)) {
        if (node.kind !== "await" || node.limit !== null || node.node.broken) continue;
        if (node.zone === "after" || node.zone === "maybe") report(headSpan(node.node), {}, { labels: pivotLabel(saga) });
      }
  },
);
