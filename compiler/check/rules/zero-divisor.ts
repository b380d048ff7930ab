import { defineRule } from "../rule.ts";

/** A division by a written zero. */
export const zeroDivisor = defineRule(
  {
    code: "SAGA3014",
    slug: "zero-divisor",
    severity: "error",
    message: "`{operator}` by zero has no result.",
    note: null,
    help: "Divide by another number.",
  },
  (program, report) => {
    for (const { span, operator } of program.findings.of("zero-divisor")) report(span, { operator });
  },
);
