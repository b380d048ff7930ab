import { didYouMean, listNames, suggest } from "../../diagnostics/suggest.ts";
import type { FindingShapes } from "../findings.ts";
import { defineRule } from "../rule.ts";
import { againLabels, byCause, type Cause } from "./lib/causes.ts";

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
    const causes = byCause(program.findings.of("unknown-name"), ({ name, candidates, span }) => ({
      name,
      candidates,
      where: `${span.file} ${candidates.join(" ")}`,
    }));
    for (const [head, ...others] of runs(causes)) {
      const { span, name, candidates } = head.first;
      const again = againLabels(
        head.again.map((finding) => finding.span),
        `\`${name}\` is meant here as well`,
      );
      const beside = others.map(({ first }) => ({ span: first.span, message: `nor is there a \`${first.name}\`` }));
      const help = didYouMean(name, candidates) ?? `There are: ${listNames(candidates)}.`;
      report(span, { name }, { labels: [...again, ...beside], help, replacement: suggest(name, candidates) });
    }
  },
);

type Found = Cause<FindingShapes["unknown-name"]>;
type Run = [Found, ...Found[]];

/** Names side by side, `input order id`, are the rest of one thing that was written wrong: they are told together. */
function runs(causes: readonly Found[]): Run[] {
  const found: Run[] = [];
  let end = { file: "", end: 0 };
  for (const cause of causes) {
    const { span } = cause.first;
    const run = found.at(-1);
    if (run !== undefined && span.file === end.file && span.start >= end.end && span.start - end.end <= 1) run.push(cause);
    else found.push([cause]);
    end = span;
  }
  return found;
}
