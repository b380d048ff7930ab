import { didYouMean } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";
import { againLabels, byCause } from "./lib/causes.ts";

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
    for (const cause of byCause(program.findings.of("unknown-type"), (found) => ({
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
      const help = didYouMean(ident.name, candidates) ?? `Declare it: \`type ${ident.name} = …\`.`;
      report(ident.span, { name: ident.name }, { labels, help });
    }
  },
);
