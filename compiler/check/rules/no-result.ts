import { defineRule } from "../rule.ts";

/** A name, by `as` or of a branch, for a result that there is not. */
export const noResult = defineRule(
  {
    code: "SAGA2052",
    slug: "no-result",
    severity: "error",
    message: "`{name}` stands for nothing: there is no block with a result.",
    note: "The result of a block is its `output { … }`, or the output of its only step.",
    help: "Give the block an `output { … }`, or read its steps by their names.",
  },
  (program, report) => {
    for (const { span, name } of program.findings.of("no-result")) report(span, { name: name.name });
  },
);
