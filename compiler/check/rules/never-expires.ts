import { defineRule } from "../rule.ts";

/** `on timeout` of a wait that has no limit. */
export const neverExpires = defineRule(
  {
    code: "SAGA2047",
    slug: "never-expires",
    severity: "error",
    message: "This never happens: the wait has no limit.",
    note: null,
    help: "Say how long it waits, `timeout 2d`, or until when, `by input.due`.",
  },
  (program, report) => {
    for (const { span } of program.findings.of("never-expires")) report(span, {});
  },
);
