import { defineRule } from "../rule.ts";

/** A `///` comment with nothing behind it that could be documented. */
export const strayDoc = defineRule(
  {
    code: "SAGA2022",
    slug: "stray-doc",
    severity: "warning",
    message: "This `///` comment documents nothing.",
    note: "It belongs to the declaration, field, statement or branch that follows it, and stands on a line of its own before that.",
    help: "Move it there, to a line of its own, or make it a plain comment: `//`.",
  },
  (program, report) => {
    for (const { node } of program.files) for (const span of node.docs.stray) report(span, {});
  },
);
