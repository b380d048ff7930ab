import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";
import { scopeOf } from "./lib/scopes.ts";

/** A compensation that can never run. */
export const compensationAfterPivot = defineRule(
  {
    code: "SAGA4004",
    slug: "compensation-after-pivot",
    severity: "error",
    message: "Step `{step}` stands after the pivot, so it is never undone.",
    note: "After the point of no return the saga only goes forward: a compensation there would never run.",
    help: "Remove the `compensate`; or move the step above the pivot.",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps)
        if (
          step.zone === "after" &&
          step.undo.kind !== "unsaid" &&
          step.kind === "normal" &&
          !(step.undo.kind === "none" && scopeOf(step))
        )
          report(step.undo.span, { step: step.name.name }, { labels: pivotLabel(saga) });
  },
);
