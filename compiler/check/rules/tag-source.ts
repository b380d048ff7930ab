import { defineRule } from "../rule.ts";

/** A tag reads something else than the saga's input. */
export const tagSource = defineRule(
  {
    code: "SAGA2048",
    slug: "tag-source",
    severity: "error",
    message: "A tag cannot read `{name}`: tags are made of the saga's input alone.",
    note: "They are written down when the saga is started, before anything of it has run.",
    help: "Give the saga what it is searched by in its `input`: `tags { input.customerId }`.",
  },
  (program, report) => {
    for (const { span, name } of program.findings.of("tag-source")) report(span, { name });
  },
);
