import { defineRule } from "../rule.ts";

/** An `output` of a block whose result nothing can read. */
export const unusedOutput = defineRule(
  {
    code: "SAGA2051",
    slug: "unused-output",
    severity: "error",
    message: "Nothing can read this `output`.",
    note: "A result is read by an `as`, or in place of a step's output in `on E { … }`. What stands in this block is read by its names.",
    help: "Remove the `output`, and name the steps where they are read.",
  },
  (program, report) => {
    for (const { span } of program.findings.of("unused-output")) report(span, {});
  },
);
