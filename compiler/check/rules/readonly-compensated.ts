import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A step that changes nothing and has something said about its undoing. */
export const readonlyCompensated = defineRule(
  {
    code: "SAGA4015",
    slug: "readonly-compensated",
    severity: "error",
    message: "Step `{step}` is readonly, so there is nothing to undo.",
    note: "A readonly step changes nothing; its compensation would never run.",
    help: "Remove the `compensate`; or remove `readonly` if the step changes something.",
  },
  (program, report) => {
    for (const { steps } of program.sagas)
      for (const { node, name, kind } of steps) {
        if (kind !== "readonly") continue;
        const clause = node.clauses.find((candidate) => candidate.kind === "compensate" || candidate.kind === "compensate-none");
        if (clause !== undefined) report(headSpan(clause), { step: name.name });
      }
  },
);
