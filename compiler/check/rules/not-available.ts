import { defineRule } from "../rule.ts";

/** Something that the language has and this release cannot carry out. */
export const notAvailable = defineRule(
  {
    code: "SAGA5001",
    slug: "not-available",
    severity: "error",
    message: "Not available yet: {construct}.",
    note: "The language has it, but this release of sagac cannot carry it out, and refuses it rather than pass over it.",
    help: "Leave it out for now.",
  },
  (program, report) => {
    for (const { span, construct } of program.findings.of("not-available")) report(span, { construct });
  },
);
