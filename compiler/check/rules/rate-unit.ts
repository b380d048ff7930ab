import { defineRule } from "../rule.ts";

/** `rate 100/min`. */
export const rateUnit = defineRule(
  {
    code: "SAGA6015",
    slug: "rate-unit",
    severity: "error",
    message: "A `rate` counts calls by `s`, `m`, `h` or `d`, not by `{written}`.",
    note: null,
    help: "Write `/s` for a second, `/m` for a minute, `/h` for an hour or `/d` for a day.",
  },
  (program, report) => {
    for (const { span, written } of program.findings.of("rate-unit")) report(span, { written });
  },
);
