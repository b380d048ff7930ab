import { defineRule } from "../rule.ts";
import { firstClause } from "../settings.ts";
import { pivotLabel } from "./lib/pivot.ts";

/** A step before the pivot that does not say how it is undone. */
export const missingCompensation = defineRule(
  {
    code: "SAGA4003",
    slug: "missing-compensation",
    severity: "error",
    message: "Step `{step}` does not say {what}.",
    note: "While the point of no return has not passed, what was done is undone when something fails; a step without a compensation would be left half-done.",
    help: 'Add `compensate <operation>`; or `compensate none because "…"` if there is nothing to undo; or make it a `readonly step`, or the `pivot`.',
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps) {
        if (step.kind !== "normal" || (step.zone !== "before" && step.zone !== "maybe") || step.unsettled.has("undo")) continue;
        const values = { step: step.name.name };
        if (step.undo.kind === "unsaid")
          report(step.name.span, { ...values, what: "how it is undone" }, { labels: pivotLabel(saga) });
        const reason = step.undo.kind === "none" ? firstClause(step.node.clauses, "compensate-none")?.reason : null;
        if (reason?.value.trim() === "")
          report(
            reason.span,
            { ...values, what: "why there is nothing to undo" },
            { help: 'Say it: `because "it only looks"`.' },
          );
      }
  },
);
