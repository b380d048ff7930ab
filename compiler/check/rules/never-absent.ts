import { defineRule } from "../rule.ts";

/** A question for what is always there. */
export const neverAbsent = defineRule(
  {
    code: "SAGA3018",
    slug: "never-absent",
    severity: "warning",
    message: "This is never absent, so the `{operator}` decides nothing.",
    note: null,
    help: "Leave it out.",
  },
  (program, report) => {
    for (const { span, operator } of program.findings.of("never-absent")) report(span, { operator });
  },
);
