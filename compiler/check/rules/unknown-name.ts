import { SCALAR_TYPES } from "@sagac/grammar";
import { listNames, suggest } from "../../diagnostics/suggest.ts";
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
    note: "An expression can name `input`, and what stands before it in its saga.",
    help: null,
  },
  (program, report) => {
    const causes = byCause(program.findings.of("unknown-name"), ({ name, candidates, span }) => ({
      name,
      candidates,
      where: `${span.file} ${candidates.join(" ")}`,
    }));
    for (const [head, ...others] of runs(causes)) {
      const { span, name, readable, isShared } = head.first;
      const again = againLabels(
        head.again.map((finding) => finding.span),
        `\`${name}\` is meant here as well`,
      );
      const beside = others.map(({ first }) => ({ span: first.span, message: `nor is there a \`${first.name}\`` }));
      const meant = isShared ? null : (LITERALS.get(name.toLowerCase()) ?? near(head.first));
      const other = isShared ? `\`${name}\` has its data only where \`on\` names it alone.` : typeHelp(name);
      const help = meant === null ? (other ?? `There are: ${listNames(readable)}.`) : `Did you mean \`${meant}\`?`;
      report(span, { name }, { labels: [...again, ...beside], help, replacement: meant });
    }
  },
);

/** What other languages call our literals. */
const LITERALS: ReadonlyMap<string, string> = new Map([
  ["undefined", "null"],
  ["nil", "null"],
  ["none", "null"],
  ["true", "true"],
  ["false", "false"],
]);

/** What can be read here before what cannot. */
function near({ name, candidates, readable, isField, holders }: FindingShapes["unknown-name"]): string | null {
  if (isField) return `input.${name}`;
  const [holder, other] = holders;
  return holder !== undefined && other === undefined
    ? `${holder}.${name}`
    : (suggest(name, readable) ?? suggest(name, candidates));
}

function typeHelp(name: string): string | null {
  if (!(SCALAR_TYPES as readonly string[]).includes(name)) return null;
  return `\`${name}\` is a type, and here stands a value, such as \`input.orderId\`. Types stand in a saga's \`input\` and a step's \`output\`.`;
}

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
