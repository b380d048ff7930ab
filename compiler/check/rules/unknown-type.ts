import { didYouMean } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";

/** A type names no type. */
export const unknownType = defineRule(
  {
    code: "SAGA2002",
    slug: "unknown-type",
    severity: "error",
    message: "There is no type `{name}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { ident, candidates, instead } of program.findings.of("unknown-type")) {
      const labels = instead === null ? [] : [{ span: instead.span, message: `this \`${ident.name}\` is a ${instead.kind}` }];
      const help = didYouMean(ident.name, candidates) ?? `Declare it: \`type ${ident.name} = …\`.`;
      report(ident.span, { name: ident.name }, { labels, help });
    }
  },
);
