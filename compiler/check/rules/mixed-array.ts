import { defineRule } from "../rule.ts";
import { showType } from "../types.ts";

/** Items of one list have types that nothing holds together. */
export const mixedArray = defineRule(
  {
    code: "SAGA3004",
    slug: "mixed-array",
    severity: "error",
    message: "The items of a list are of one type, but this one is `{type}` and the first is `{first}`.",
    note: null,
    help: "Use a record for values of different types: `{ name: …, amount: … }`.",
  },
  (program, report) => {
    for (const { span, type, first, firstType } of program.findings.of("mixed-array"))
      report(
        span,
        { type: showType(type), first: showType(firstType) },
        { labels: [{ span: first, message: `this one is \`${showType(firstType)}\`` }] },
      );
  },
);
