import { defineRule } from "../rule.ts";

/** One text stands twice in a union. */
export const doubledLiteral = defineRule(
  {
    code: "SAGA3006",
    slug: "doubled-literal",
    severity: "error",
    message: "{value} stands twice in this union.",
    note: null,
    help: "Remove one of the two.",
  },
  (program, report) => {
    for (const { span, value, first } of program.findings.of("doubled-literal"))
      report(span, { value: `\`${JSON.stringify(value)}\`` }, { labels: [{ span: first, message: "the first one is here" }] });
  },
);
