import { parser } from "@prometheus-io/lezer-promql";
import { INSTRUMENTS } from "../../runtime/observe/metrics.ts";
import { labelOf, seriesOf } from "./table.ts";

/** What is wrong with an expression: that it cannot be read, or names a series or a label that there is not. */
export function wrongWith(expression: string): readonly string[] {
  const wrong: string[] = [];
  const text = (node: { readonly from: number; readonly to: number }): string => expression.slice(node.from, node.to);
  const named: string[] = [];
  const labels: string[] = [];
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) wrong.push(`cannot be read at ${node.from}`);
      else if (node.name === "Identifier") named.push(text(node));
      else if (node.name === "LabelName") labels.push(text(node));
    },
  });
  if (named.length === 0) wrong.push("names no series");
  for (const name of named) if (!SERIES.has(name)) wrong.push(`no series ${name}`);
  // What Prometheus itself puts there.
  const known = new Set(["instance", "job", ...named.flatMap((name) => SERIES.get(name) ?? [])]);
  for (const label of labels) if (!known.has(label)) wrong.push(`no label ${label}`);
  return wrong;
}

/** The labels of each series. */
const SERIES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values(INSTRUMENTS).flatMap((instrument) =>
    seriesOf(instrument).map((name) => [
      name,
      [...instrument.attributes.map(labelOf), ...(name.endsWith("_bucket") ? ["le"] : [])],
    ]),
  ),
);
