import { defineRule } from "../rule.ts";
import { showType } from "../types.ts";

/** A record lacks a field that must be there. */
export const missingField = defineRule(
  {
    code: "SAGA3050",
    slug: "missing-field",
    severity: "error",
    message: "{owner} needs a `{field}` (`{type}`).",
    note: null,
    help: "Add it: `{field}: …`.",
  },
  (program, report) => {
    for (const { span, owner, field } of program.findings.of("missing-field"))
      report(span, { owner, field: field.name, type: showType(field.type) });
  },
);
