import { defineRule } from "../rule.ts";

/** A `parallel` that would go on without a branch that fails. */
export const parallelGoesOn = defineRule(
  {
    code: "SAGA4042",
    slug: "parallel-goes-on",
    severity: "error",
    message: "A `parallel` cannot go on without a branch that fails.",
    note: "What stands behind it may count on all of its branches.",
    help: "Put what may fail into a `try { … } otherwise continue`, or make its step `best effort`.",
  },
  (program, report) => {
    for (const { span } of program.findings.of("parallel-goes-on")) report(span, {});
  },
);
