import { defineRule } from "../rule.ts";
import { showType } from "../types.ts";

/** The two ways of an expression have different types. */
export const noCommonType = defineRule(
  {
    code: "SAGA3017",
    slug: "no-common-type",
    severity: "error",
    message: "There is no type that {what} have in common: `{left}` and `{right}`.",
    note: null,
    help: "Make them of one type.",
  },
  (program, report) => {
    for (const { span, what, left, right } of program.findings.of("no-common-type"))
      report(span, { what, left: showType(left), right: showType(right) });
  },
);
