import { defineRule } from "../rule.ts";

/** `failure` where nothing has failed. */
export const noFailure = defineRule(
  {
    code: "SAGA4034",
    slug: "no-failure",
    severity: "error",
    message: "There is no `failure` here.",
    note: "It says why a `try` failed or a `repeat` came to no end, in its `otherwise { … }`; and why the saga was undone, in `on compensated { … }`.",
    help: "Read it there.",
  },
  (program, report) => {
    for (const { span } of program.findings.of("no-failure")) report(span, {});
  },
);
