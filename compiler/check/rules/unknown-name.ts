import { didYouMean, listNames } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";

/** An expression names nothing that there is. */
export const unknownName = defineRule(
  {
    code: "SAGA2001",
    slug: "unknown-name",
    severity: "error",
    message: "There is no `{name}` here.",
    note: "An expression can name `input` and the steps of its own saga.",
    help: null,
  },
  (program, report) => {
    for (const { span, name, candidates } of program.findings.of("unknown-name"))
      report(span, { name }, { help: didYouMean(name, candidates) ?? `There are: ${listNames(candidates)}.` });
  },
);
