import { defineRule } from "../rule.ts";

/** A value from which no type can be told. */
export const noType = defineRule(
  {
    code: "SAGA3003",
    slug: "no-type",
    severity: "error",
    message: "`{written}` alone does not say what it is of.",
    note: "The type of an entry is that of its value, and the participant's handler is typed by it.",
    help: "Leave the entry out, or pass on a field that has a type.",
  },
  (program, report) => {
    for (const { span, written } of program.findings.of("no-type")) report(span, { written });
  },
);
