import { didYouMean, listNames, suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";
import { present, showType, type Type, underlying } from "../types.ts";
import { againLabels, byCause } from "./lib/causes.ts";

/** A member that a value does not have. */
export const unknownMember = defineRule(
  {
    code: "SAGA3001",
    slug: "unknown-member",
    severity: "error",
    message: "{what} has no `{member}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const cause of byCause(program.findings.of("unknown-member"), ({ member, of, candidates }) => ({
      name: member.name,
      candidates,
      where: identity(of, member.span.file),
    }))) {
      const { member, of, what, holder, candidates } = cause.first;
      const near = didYouMean(member.name, candidates);
      const help = near ?? (candidates.length > 0 ? `It has ${listNames(candidates)}.` : null);
      const { note, help: instead } = reason(of, member.name);
      const labels = againLabels(
        cause.again.map((finding) => finding.member.span),
        `\`${member.name}\` is read here as well`,
      );
      report(
        member.span,
        { what, member: member.name },
        { labels, note, help: help ?? instead ?? DECLARE[holder], replacement: suggest(member.name, candidates) },
      );
    }
  },
);

/** One record is one list of fields, however it is reached; other types are what they are called. */
function identity(type: Type, file: string): unknown {
  const holder = underlying(present(type));
  return holder.kind === "object" ? holder.fields : `${file} ${showType(type)}`;
}

/** Where to declare a field of what has none. */
const DECLARE = {
  input: "Declare the field in the saga's `input { … }`.",
  output: "Declare the field in the step's `output { … }`.",
  value: null,
} as const;

/** What there is to say of types without known members. */
function reason(type: Type, member: string): { note: string | null; help: string | null } {
  const holder = underlying(present(type));
  switch (holder.kind) {
    case "object":
      return { note: holder.fields.length > 0 ? null : "It has no fields at all.", help: null };
    case "array":
      return { note: "It is a list; its items have members, the list has none.", help: LENGTHS.has(member) ? LENGTH : ITEMS };
    case "record":
      return { note: "Every object in JavaScript has a meaning of its own for this name.", help: null };
    case "scalar":
      return holder.name === "json"
        ? { note: "What `json` holds is not known beforehand.", help: "Declare a type for it: `type Name = { … }`." }
        : { note: `A \`${holder.name}\` has no members.`, help: LENGTHS.has(member) && holder.name === "string" ? LENGTH : null };
    default:
      return { note: "Only records have members.", help: null };
  }
}

const LENGTHS: ReadonlySet<string> = new Set(["length", "size", "count"]);
const LENGTH = "Write `length(…)`.";
const ITEMS = "Of all items it is `items[].member`, of one `items[0].member`.";
