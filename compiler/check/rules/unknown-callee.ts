import { didYouMean, suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";

/** A `call` names no saga. */
export const unknownCallee = defineRule(
  {
    code: "SAGA2050",
    slug: "unknown-callee",
    severity: "error",
    message: "There is no saga `{name}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { ident, candidates, instead } of program.findings.of("unknown-callee")) {
      const labels = instead === null ? [] : [{ span: instead.span, message: `this \`${ident.name}\` is a ${instead.kind}` }];
      const help =
        didYouMean(ident.name, candidates) ??
        `Declare it in this file, or import it: \`import { ${ident.name} } from "./other.saga"\`.`;
      report(ident.span, { name: ident.name }, { labels, help, replacement: suggest(ident.name, candidates) });
    }
  },
);
