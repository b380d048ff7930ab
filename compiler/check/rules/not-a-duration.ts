import { defineRule } from "../rule.ts";

/** Something else where a duration belongs. */
export const notADuration = defineRule(
  {
    code: "SAGA3002",
    slug: "not-a-duration",
    severity: "error",
    message: "A duration is needed here, not {found}.",
    note: null,
    help: "Write a number with its unit and no space between: `200ms`, `5s`, `10m`, `2h`, `7d` or `1h30m`.",
  },
  (program, report) => {
    for (const { span, found } of program.findings.of("not-a-duration")) report(span, { found });
  },
);
