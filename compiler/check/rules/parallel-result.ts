import { defineRule } from "../rule.ts";

/** An `as` of a `parallel`. */
export const parallelResult = defineRule(
  {
    code: "SAGA2056",
    slug: "parallel-result",
    severity: "error",
    message: "A `parallel` has no result of its own.",
    note: "All of its branches come to their end, and each has a result.",
    help: "Leave out the `as`: behind the group read its steps by their names, and the results of its branches by theirs.",
  },
  (program, report) => {
    for (const { span } of program.findings.of("parallel-result")) report(span, {});
  },
);
