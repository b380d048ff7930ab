import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A pivot with a compensation. */
export const pivotCompensated = defineRule(
  {
    code: "SAGA4016",
    slug: "pivot-compensated",
    severity: "error",
    message: "The pivot `{step}` is never undone.",
    note: "It is the point of no return: once it has happened the saga only goes forward, and if it did not happen there is nothing to undo.",
    help: "Remove the `compensate`; or remove `pivot` if the step can be undone.",
  },
  (program, report) => {
    for (const { steps } of program.sagas)
      for (const { node, name, kind } of steps) {
        if (kind !== "pivot") continue;
        const clause = node.clauses.find((candidate) => candidate.kind === "compensate" || candidate.kind === "compensate-none");
        if (clause !== undefined) report(headSpan(clause), { step: name.name });
      }
  },
);
