import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A step says how it is undone, and that there is nothing to undo. */
export const contradictoryUndo = defineRule(
  {
    code: "SAGA4014",
    slug: "contradictory-undo",
    severity: "error",
    message: "Step `{step}` has a compensation, and says that there is nothing to undo.",
    note: "Only one of the two can be so.",
    help: "Remove `compensate none`, or the compensation.",
  },
  (program, report) => {
    for (const { steps } of program.sagas)
      for (const { node, name, kind } of steps) {
        const undo = node.clauses.find((clause) => clause.kind === "compensate");
        const none = node.clauses.find((clause) => clause.kind === "compensate-none");
        // Where neither can be, that is what is reported.
        if (undo === undefined || none === undefined || kind !== "normal") continue;
        // Half a compensation may be the beginning of the other clause.
        if (undo.kind === "compensate" && undo.handler.broken) continue;
        report(headSpan(none), { step: name.name }, { labels: [{ span: headSpan(undo), message: "the compensation is here" }] });
      }
  },
);
