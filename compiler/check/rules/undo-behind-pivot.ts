import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";
import { scopeOf } from "./lib/scopes.ts";

/** A step behind the pivot that a `try` or `race` would have to undo. */
export const undoBehindPivot = defineRule(
  {
    code: "SAGA4027",
    slug: "undo-behind-pivot",
    severity: "error",
    message: "Step `{step}` may have to be undone, but behind the pivot nothing is.",
    note: "It stands in a `{construct}`: what a block that fails, or a branch that loses, has done is undone.",
    help: 'Make it a `readonly step` or a `best effort step`; or say `compensate none because "…"` if there is nothing to undo; or move it out of the `{construct}`.',
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps) {
        const around = scopeOf(step);
        if (
          around === null ||
          step.zone !== "after" ||
          step.kind !== "normal" ||
          step.undo.kind === "none" ||
          step.unsettled.has("undo")
        )
          continue;
        if (step.undo.kind === "compensate") continue;
        report(step.name.span, { step: step.name.name, construct: around.node.kind }, { labels: pivotLabel(saga) });
      }
  },
);
