import { defineRule } from "../rule.ts";
import { secretTrail } from "./lib/secret-trail.ts";

/** A secret flows into a text. */
export const secretInText = defineRule(
  {
    code: "SAGA3015",
    slug: "secret-in-text",
    severity: "error",
    message: "A secret cannot become part of a text.",
    note: "A text is no longer known to hold a secret, and would be shown in logs, history and errors.",
    help: "Pass the secret on in a field of its own.",
  },
  (program, report) => {
    for (const { node } of program.findings.of("secret-in-text")) report(node.span, {}, { labels: secretTrail(program, node) });
  },
);
