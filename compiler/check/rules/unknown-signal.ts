import { didYouMean, suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";
import { againLabels, byCause } from "./lib/causes.ts";

/** An `await` names no signal. */
export const unknownSignal = defineRule(
  {
    code: "SAGA2044",
    slug: "unknown-signal",
    severity: "error",
    message: "There is no signal `{name}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const cause of byCause(program.findings.of("unknown-signal"), (found) => ({
      name: found.ident.name,
      candidates: found.candidates,
      where: `${found.ident.span.file} ${found.candidates.join(" ")}`,
    }))) {
      const { ident, candidates, instead } = cause.first;
      const again = againLabels(
        cause.again.map((found) => found.ident.span),
        `\`${ident.name}\` is awaited here as well`,
      );
      const other = instead === null ? [] : [{ span: instead.span, message: `this \`${ident.name}\` is a ${instead.kind}` }];
      const declare = `Declare it at the top of the saga: \`signal ${ident.name} { … }\`.`;
      report(
        ident.span,
        { name: ident.name },
        {
          labels: [...other, ...again],
          help: didYouMean(ident.name, candidates) ?? declare,
          replacement: suggest(ident.name, candidates),
        },
      );
    }
  },
);
