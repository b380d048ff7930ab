import { defineRule } from "../rule.ts";

/** `T??` */
export const doubledOptional = defineRule(
  {
    code: "SAGA3007",
    slug: "doubled-optional",
    severity: "error",
    message: "What may be absent already cannot be made optional once more.",
    note: "There is one way to be absent.",
    help: "Write one `?`.",
  },
  (program, report) => {
    for (const { span } of program.findings.of("doubled-optional")) report(span, {});
  },
);
