import { defineRule } from "../rule.ts";

/** A comment that documents in other languages, and not in this one. */
export const foreignDoc = defineRule(
  {
    code: "SAGA2024",
    slug: "foreign-doc",
    severity: "warning",
    message: "This comment documents nothing: it is a plain one.",
    note: "What stands behind `///` reaches generated code, pages and hovers; other comments do not.",
    help: "Begin each line with `///`; or leave an empty line behind it, if it is no documentation.",
  },
  (program, report) => {
    for (const { node } of program.files) for (const span of node.docs.foreign) report(span, {});
  },
);
