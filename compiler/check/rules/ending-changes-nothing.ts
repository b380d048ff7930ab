import { nodesOf } from "../nodes.ts";
import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { foreverPolicies } from "./lib/retry.ts";

/** An ending that would change the outcome. */
export const endingChangesNothing = defineRule(
  {
    code: "SAGA4032",
    slug: "ending-changes-nothing",
    severity: "error",
    message: "After the end {what}.",
    note: "When an ending runs, the outcome stands: its steps undo nothing and change nothing. They are tried a bounded number of times, then an alarm names them.",
    help: "{help}",
  },
  (program, report) => {
    for (const saga of program.sagas) {
      for (const step of saga.steps) {
        if (step.zone !== "ending") continue;
        const undo = step.node.clauses.find((clause) => clause.kind === "compensate" || clause.kind === "compensate-none");
        if (undo !== undefined && step.kind === "normal")
          report(headSpan(undo), { what: "nothing is undone", help: "Remove the `compensate`." });
        if (step.call.retry.value.attempts === null && step.call.retry.span !== null)
          report(step.call.retry.origin === "own" ? step.call.retry.span : step.name.span, {
            what: "nothing is tried forever",
            help: "Say how often: `retry 5`.",
          });
        for (const span of foreverPolicies(step))
          report(span, { what: "nothing is tried forever", help: "Say how often: `retry 5`." });
        for (const outcome of new Set(step.policies.map((policy) => policy.outcome)))
          if (outcome.node !== null && (outcome.kind === "fail" || outcome.kind === "park"))
            report(outcome.span, { what: "nothing fails or parks any more", help: "Write `continue`, or leave it out." });
      }
      for (const node of nodesOf(saga))
        if (node.kind === "fail" && node.zone === "ending")
          report(headSpan(node.node), { what: "nothing fails any more", help: "Decide it before the end." });
    }
  },
);
