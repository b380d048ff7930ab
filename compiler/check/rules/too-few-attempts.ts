import { defineRule } from "../rule.ts";

/** `retry 0` */
export const tooFewAttempts = defineRule(
  {
    code: "SAGA6007",
    slug: "too-few-attempts",
    severity: "error",
    message: "`retry {written}` would be no attempt at all.",
    note: "The number counts all attempts, the first one too.",
    help: "Write `retry none` for a single attempt, or how many there are in all: `retry 3`.",
  },
  (program, report) => {
    for (const { span, written } of program.findings.of("too-few-attempts")) report(span, { written });
  },
);
