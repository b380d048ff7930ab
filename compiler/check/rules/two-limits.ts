import { defineRule } from "../rule.ts";

/** A wait has both a duration and an instant. */
export const twoLimits = defineRule(
  {
    code: "SAGA2046",
    slug: "two-limits",
    severity: "error",
    message: "A wait ends after `timeout` or at `by`: it cannot have both.",
    note: null,
    help: "Keep one of the two. The earlier of two instants: `by a < b ? a : b`.",
  },
  (program, report) => {
    for (const { span, first } of program.findings.of("two-limits"))
      report(span, {}, { labels: [{ span: first, message: "it has a limit already" }] });
  },
);
