import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A best effort that is undone, or that fails. */
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
      for (const { kind, node, name, policies } of steps) {
        if (kind !== "best-effort") continue;
        for (const clause of node.clauses)
          if (clause.kind === "compensate" || clause.kind === "compensate-none")
            report(headSpan(clause), { step: name.name, what: "it is never undone" });
        for (const outcome of new Set(policies.map((policy) => policy.outcome)))
          if (outcome.node !== null && (outcome.kind === "fail" || outcome.kind === "park"))
            report(outcome.span, { step: name.name, what: "nothing of it stops the saga" });
      }
  },
);
