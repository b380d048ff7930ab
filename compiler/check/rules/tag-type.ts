import { defineRule } from "../rule.ts";
import { showType } from "../types.ts";

/** A tag that is no single value. */
export const tagType = defineRule(
  {
    code: "SAGA3041",
    slug: "tag-type",
    severity: "error",
    message: "The tag `{name}` must be a single value, and this is a `{type}`.",
    note: "Sagas are searched by texts, numbers, truth values, dates and durations.",
    help: "Take a part of it: `customer: input.customer.id`.",
  },
  (program, report) => {
    for (const { span, name, type } of program.findings.of("tag-type")) report(span, { name, type: showType(type) });
  },
);
