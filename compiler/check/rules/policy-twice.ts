import { defineRule } from "../rule.ts";
import { capital } from "./lib/words.ts";

/** Two policies of one step for one error. */
export const policyTwice = defineRule(
  {
    code: "SAGA2053",
    slug: "policy-twice",
    severity: "error",
    message: "{owner} says twice what happens on `{error}`.",
    note: "Only one of the two could count.",
    help: "Remove one of them.",
  },
  (program, report) => {
    for (const { ident, owner, first } of program.findings.of("policy-twice"))
      report(
        ident.span,
        { owner: capital(owner), error: ident.name },
        { labels: [{ span: first.span, message: "the first one is here" }] },
      );
  },
);
