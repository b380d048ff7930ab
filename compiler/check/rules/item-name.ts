import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** Something outside reads what runs once for each item. */
export const itemName = defineRule(
  {
    code: "SAGA4022",
    slug: "item-name",
    severity: "error",
    message: "`{name}` runs once for each item of the `foreach`: here there is no single one.",
    note: null,
    help: "Name the list of the results, `foreach … as name { … }`, and read that: `name[]`.",
  },
  (program, report) => {
    for (const { span, binding, foreach } of program.findings.of("item-name"))
      report(
        span,
        { name: binding.ident.name },
        {
          labels: [
            { span: headSpan(foreach), message: "the `foreach` is here" },
            { span: binding.ident.span, message: `\`${binding.ident.name}\` is here` },
          ],
        },
      );
  },
);
