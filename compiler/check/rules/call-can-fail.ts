import { nodesOf } from "../nodes.ts";
import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";

/** A called saga whose failure would leave its caller half-done. */
export const callCanFail = defineRule(
  {
    code: "SAGA4030",
    slug: "call-can-fail",
    severity: "error",
    message: "Nothing says what happens {where} the pivot when the saga `{saga}` fails.",
    note: "A called saga that fails is undone as a whole, and after the point of no return its caller can neither go back nor go on without saying so.",
    help: "Say it: `on failure park`, `on failure { … }`, `on failure continue`; or `retry forever`.",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const node of nodesOf(saga)) {
        if (node.kind !== "call" || node.tried || node.node.saga === null || node.saga === null || node.node.broken) continue;
        if (node.zone !== "after" && node.zone !== "maybe") continue;
        if (node.onFailure.kind !== "fail" || (node.retry !== null && node.retry.value.attempts === null)) continue;
        const where = node.zone === "after" ? "behind" : "where it may have passed,";
        report(
          node.onFailure.node?.span ?? node.node.saga.span,
          { saga: node.node.saga.name, where },
          { labels: pivotLabel(saga) },
        );
      }
  },
);
