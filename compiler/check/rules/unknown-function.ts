import { didYouMean, listNames, suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";

/** A call of a function that there is none of. */
export const unknownFunction = defineRule(
  {
    code: "SAGA2023",
    slug: "unknown-function",
    severity: "error",
    message: "There is no function `{name}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { ident, candidates } of program.findings.of("unknown-function"))
      report(
        ident.span,
        { name: ident.name },
        {
          help:
            didYouMean(ident.name, candidates) ??
            `There are: ${listNames(candidates)}; for another declare \`compute ${ident.name}(…): …\`.`,
          replacement: suggest(ident.name, candidates),
        },
      );
  },
);
