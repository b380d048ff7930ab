import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";

/** A step after the pivot that may answer with an error. */
export const throwsAfterPivot = defineRule(
  {
    code: "SAGA4005",
    slug: "throws-after-pivot",
    severity: "error",
    message: "Step `{step}` stands after the pivot and may fail with `{error}`.",
    note: "A declared error turns the saga back, and after the point of no return there is no way back.",
    help: "Find out before the pivot whether it can be done (a `readonly step`, or a step that reserves); or move the step above the pivot.",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps) {
        const [first] = step.throws;
        const clause = step.node.clauses.find((candidate) => candidate.kind === "throws");
        if (step.zone !== "after" || first === undefined || clause === undefined || step.unsettled.has("throws")) continue;
        report(headSpan(clause), { step: step.name.name, error: first.ident.name }, { labels: pivotLabel(saga) });
      }
  },
);
