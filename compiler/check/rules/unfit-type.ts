import { defineRule } from "../rule.ts";

/** A type of TypeScript holds what JSON cannot carry, or what the language cannot say. */
export const unfitType = defineRule(
  {
    code: "SAGA3040",
    slug: "unfit-type",
    severity: "error",
    message: "This type cannot be imported: `{at}` is {what}.",
    note: "Inputs and outputs are stored and sent as JSON, and are checked where they arrive.",
    help: null,
  },
  (program, report) => {
    for (const { span, at, what, help } of program.findings.of("unfit-type")) report(span, { at, what }, { help });
  },
);
