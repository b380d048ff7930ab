import { defineRule } from "../rule.ts";
import { secretTrail } from "./lib/secret-trail.ts";

/** A secret flows to where it is shown: into a tag, a key, or a field that is not known to hold one. */
export const secretShown = defineRule(
  {
    code: "SAGA3042",
    slug: "secret-shown",
    severity: "error",
    message: "A secret cannot become {into}.",
    note: "What is `secret` is masked where sagas are shown, as long as it stays in fields that are known to be.",
    help: null,
  },
  (program, report) => {
    for (const { node, into, help } of program.findings.of("secret-shown"))
      report(node.span, { into }, { help, labels: secretTrail(program, node) });
  },
);
