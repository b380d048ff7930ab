import { defineRule } from "../rule.ts";

/** A type that always holds a value of itself. */
export const recursiveType = defineRule(
  {
    code: "SAGA3008",
    slug: "recursive-type",
    severity: "error",
    message: "No value can be of the type `{name}`: it always holds another one of itself.",
    note: "It goes round: {path}.",
    help: "Somewhere on the way there must be a list, or something that may be absent: `next: {name}?`.",
  },
  (program, report) => {
    for (const { name, path } of program.findings.of("recursive-type"))
      report(name.span, { name: name.name, path: path.map((part) => `\`${part}\``).join(" → ") });
  },
);
