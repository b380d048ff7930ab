import { defineRule } from "../rule.ts";

/** A union of something else than string literals. */
export const unionMember = defineRule(
  {
    code: "SAGA3005",
    slug: "union-member",
    severity: "error",
    message: "Only texts can be joined by `|`.",
    note: "A value that is now of one type and now of another could not be told apart where it is read.",
    help: 'Write texts in quotes: `"open" | "closed"`; or a record with an optional field for each case.',
  },
  (program, report) => {
    for (const { span } of program.findings.of("union-member")) report(span, {});
  },
);
