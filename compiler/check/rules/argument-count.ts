import { defineRule } from "../rule.ts";

/** A function with too few or too many arguments. */
export const argumentCount = defineRule(
  {
    code: "SAGA3011",
    slug: "argument-count",
    severity: "error",
    message: "`{name}` takes {wanted}, but is given {given}.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, ...values } of program.findings.of("argument-count"))
      report(span, values, {
        help: "There are `length(list)`, `sum(list)`, `contains(list, item)`, `min(a, b)` and `max(a, b)`.",
      });
  },
);
