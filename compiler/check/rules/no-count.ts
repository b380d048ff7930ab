import { defineRule } from "../rule.ts";

/** A `max` or `rate` that lets nothing happen. */
export const noCount = defineRule(
  {
    code: "SAGA6010",
    slug: "no-count",
    severity: "error",
    message: "There must be at least one of {of}.",
    note: null,
    help: "Write a number from 1 on.",
  },
  (program, report) => {
    for (const { span, of } of program.findings.of("no-count")) report(span, { of });
  },
);
