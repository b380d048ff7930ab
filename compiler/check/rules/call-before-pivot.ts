import { nodesOf } from "../nodes.ts";
import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";

/** A saga with a point of no return is called where its caller can still turn back. */
export const callBeforePivot = defineRule(
  {
    code: "SAGA4028",
    slug: "call-before-pivot",
    severity: "error",
    message: "Saga `{saga}` has a pivot, so it cannot be undone; but {caller} can still turn back here.",
    note: "A called saga is undone as a whole when its caller fails. One that has passed its pivot is not.",
    help: "Call it behind a `pivot` of this saga; or split it, so that what cannot be undone comes last.",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const node of nodesOf(saga))
        if (
          node.kind === "call" &&
          node.saga?.final &&
          node.node.saga !== null &&
          (node.zone === "before" || node.zone === "maybe")
        )
          report(node.node.saga.span, { saga: node.node.saga.name, caller: saga.name.name }, { labels: pivotLabel(node.saga) });
  },
);
