import { defineRule } from "../rule.ts";

/** A `max` or `rate` of a service that no worker ever comes to. */
export const boundlessLimit = defineRule(
  {
    code: "SAGA6016",
    slug: "boundless-limit",
    severity: "error",
    message: "A service's limit is at most {max} calls.",
    note: "No worker makes more, so a greater one would limit nothing.",
    help: "Leave the clause out, or count by a shorter time: `rate 20/s` in place of `rate 1728000/d`.",
  },
  (program, report) => {
    for (const { span, max } of program.findings.of("boundless-limit")) report(span, { max: String(max) });
  },
);
