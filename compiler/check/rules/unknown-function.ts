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
            (CLOCKS.has(ident.name) ? TAKEN : null) ??
            `There are: ${listNames(candidates)}; for another declare \`compute ${ident.name}(…): …\`.`,
          replacement: suggest(ident.name, candidates),
        },
      );
  },
);

/** What a saga cannot ask without that a replay would be told something else. */
const CLOCKS: ReadonlySet<string> = new Set(["now", "today", "date", "time", "uuid", "random", "rand"]);
const TAKEN = "Expressions ask no clock and no random source: hand it over in the saga's `input`, or let a step answer it.";
