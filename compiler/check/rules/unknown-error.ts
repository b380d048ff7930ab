import { didYouMean } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";

/** A `throws` names no error. */
export const unknownError = defineRule(
  {
    code: "SAGA2003",
    slug: "unknown-error",
    severity: "error",
    message: "There is no error `{name}`.",
    note: "Declared errors are the answers that a step may give; what is not declared is an accident, and needs no `throws`.",
    help: null,
  },
  (program, report) => {
    for (const { ident, candidates, instead } of program.findings.of("unknown-error")) {
      const labels = instead === null ? [] : [{ span: instead.span, message: `this \`${ident.name}\` is a ${instead.kind}` }];
      const help = didYouMean(ident.name, candidates) ?? `Declare it: \`error ${ident.name} { … }\`.`;
      report(ident.span, { name: ident.name }, { labels, help });
    }
  },
);
