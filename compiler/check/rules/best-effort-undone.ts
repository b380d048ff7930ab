import { headSpan } from "../opaque.ts";
import type { CheckedStep } from "../program.ts";
import { defineRule } from "../rule.ts";
import { foreverPolicies, retryPlace } from "./lib/retry.ts";

/** A best effort that is undone, that fails, or that is never gone on without. */
export const bestEffortUndone = defineRule(
  {
    code: "SAGA4031",
    slug: "best-effort-undone",
    severity: "error",
    message: "Step `{step}` is a best effort, so {what}.",
    note: "Whatever becomes of a best effort, the saga goes on, and nothing of it is undone.",
    help: "Remove the clause; or remove `best effort` if it matters.",
  },
  (program, report) => {
    for (const { steps } of program.sagas)
      for (const step of steps) {
        const { kind, node, name, policies } = step;
        if (kind !== "best-effort") continue;
        for (const clause of node.clauses)
          if (clause.kind === "compensate" || clause.kind === "compensate-none")
            report(headSpan(clause), { step: name.name, what: "it is never undone" });
        for (const outcome of new Set(policies.map((policy) => policy.outcome)))
          if (outcome.node !== null && (outcome.kind === "fail" || outcome.kind === "park"))
            report(outcome.span, { step: name.name, what: "nothing of it stops the saga" });
        // After the end another rule says it of every step.
        if (step.zone === "ending") continue;
        for (const { span, labels, help } of forever(step))
          report(span, { step: name.name, what: "it is not tried forever" }, { labels, help });
      }
  },
);

function forever(step: CheckedStep) {
  const { retry } = step.call;
  const instead = "; or remove `best effort` if the saga must not go on without it.";
  const own =
    retry.value.attempts === null && retry.span !== null
      ? [{ ...retryPlace(step), help: `Say how often in the step: \`retry 5\`${instead}` }]
      : [];
  const policies = foreverPolicies(step).map((span) => ({
    span,
    labels: [],
    help: `Say how often: \`retry 5 then continue\`${instead}`,
  }));
  return [...own, ...policies];
}
