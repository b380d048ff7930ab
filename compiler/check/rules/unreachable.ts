import { defineRule } from "../rule.ts";

/** A statement that nothing comes to. */
export const unreachable = defineRule(
  {
    code: "SAGA2055",
    slug: "unreachable",
    severity: "error",
    message: "Nothing comes to this: every way to it has ended before.",
    note: null,
    help: "Remove it, or move it up.",
  },
  (program, report) => {
    for (const { span, fails } of program.findings.of("unreachable"))
      report(span, {}, { labels: [{ span: fails, message: "behind this nothing goes on" }] });
  },
);
