import { SCALAR_TYPES } from "@sagac/grammar";
import { suggest } from "../../diagnostics/suggest.ts";
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
      const near = meant(ident.name, candidates);
      const help = near !== null ? `Did you mean \`${near}\`?` : `Declare it: \`type ${ident.name} = …\`.`;
      report(ident.span, { name: ident.name }, { labels, help, replacement: near });
    }
  },
);

/** What is declared so but for the case of its letters, before what another language calls so, before what is written nearly so. */
function meant(name: string, candidates: readonly string[]): string | null {
  const plain = name.toLowerCase();
  // `Date` is elsewhere what is `datetime` here, though there is a `date`.
  const declared = candidates.find((candidate) => !SCALARS.has(candidate) && candidate.toLowerCase() === plain);
  return declared ?? FOREIGN_TYPES.get(plain) ?? suggest(name, candidates);
}

const SCALARS: ReadonlySet<string> = new Set(SCALAR_TYPES);

/** What scalar types are called elsewhere. */
const FOREIGN_TYPES: ReadonlyMap<string, string> = new Map([
  ["bool", "boolean"],
  ["str", "string"],
  ["text", "string"],
  ["varchar", "string"],
  ["integer", "int"],
  ["long", "int"],
  ["bigint", "int"],
  ["int32", "int"],
  ["int64", "int"],
  ["float", "number"],
  ["double", "number"],
  ["decimal", "number"],
  ["guid", "uuid"],
  ["date", "datetime"],
  ["timestamp", "datetime"],
  ["instant", "datetime"],
  ["any", "json"],
  ["unknown", "json"],
  ["object", "json"],
]);
