import { defineRule } from "../rule.ts";

/** An `as` for results that there are not. */
export const noResult = defineRule(
  {
    code: "SAGA2052",
    slug: "no-result",
    severity: "error",
    message: "`{name}` stands for nothing: no block here has a result.",
    note: "The result of a block is its `output { … }`, or the output of its only step.",
    help: "Give the blocks an `output { … }`, or leave out the `as`.",
  },
  (program, report) => {
    for (const { span, name } of program.findings.of("no-result")) report(span, { name: name.name });
  },
);
