import { suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";
import { present, showType, type Type, underlying } from "../types.ts";
import { textForDate } from "./lib/dates.ts";

/** Two values are compared that have nothing in common. */
export const neverEqual = defineRule(
  {
    code: "SAGA3016",
    slug: "never-equal",
    severity: "error",
    message: "`{left}` and `{right}` are never equal.",
    note: "Compared are texts, numbers, truth values, durations, dates and datetimes, each with its own kind.",
    help: null,
  },
  (program, report) => {
    for (const { span, left, right } of program.findings.of("never-equal"))
      report(span, { left: showType(left), right: showType(right) }, { help: helpFor(left, right) });
  },
);

/** One of several words that was probably misspelt. */
function helpFor(left: Type, right: Type): string {
  const dated = textForDate(left, right) ?? textForDate(right, left);
  if (dated !== null) return dated;
  const [a, b] = [underlying(present(left)), underlying(present(right))];
  if (a.kind !== "literals" || b.kind !== "literals") return "Compare two values of one kind, or two fields of theirs.";
  const [word, words] = a.values.length === 1 ? [a.values[0] ?? "", b.values] : [b.values[0] ?? "", a.values];
  const near = suggest(word, words);
  return near === null ? "Compare it with a word that it can be." : `Did you mean \`${JSON.stringify(near)}\`?`;
}
