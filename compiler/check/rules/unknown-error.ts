import { didYouMean, suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";
import { againLabels, byCause } from "./lib/causes.ts";

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
    for (const cause of byCause(program.findings.of("unknown-error"), (found) => ({
      name: found.ident.name,
      candidates: found.candidates,
      where: found.ident.span.file,
    }))) {
      const { ident, candidates, instead } = cause.first;
      const again = againLabels(
        cause.again.map((found) => found.ident.span),
        `\`${ident.name}\` is named here as well`,
      );
      const other = instead === null ? [] : [{ span: instead.span, message: `this \`${ident.name}\` is a ${instead.kind}` }];
      const labels = [...other, ...again];
      const help = didYouMean(ident.name, candidates) ?? `Declare it: \`error ${ident.name} { … }\`.`;
      report(ident.span, { name: ident.name }, { labels, help, replacement: suggest(ident.name, candidates) });
    }
  },
);
