import { didYouMean, listNames, suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";

/** An imported file does not declare, or export, what is imported from it. */
export const importUnknown = defineRule(
  {
    code: "SAGA2042",
    slug: "import-unknown",
    severity: "error",
    message: "`{path}` {lacks} `{name}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { ident, path, candidates, typescript, help } of program.findings.of("import-unknown")) {
      const lacks = typescript ? "exports no type" : "declares no";
      const listed = candidates.length === 0 ? null : `There are: ${listNames(candidates)}.`;
      report(
        ident.span,
        { path, lacks, name: ident.name },
        {
          help: help ?? didYouMean(ident.name, candidates) ?? listed,
          replacement: help === null ? suggest(ident.name, candidates) : null,
        },
      );
    }
  },
);
