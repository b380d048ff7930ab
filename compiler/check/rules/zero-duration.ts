import { defineRule } from "../rule.ts";
import { durationsIn } from "./lib/durations.ts";

/** A time limit or pause of nothing. */
export const zeroDuration = defineRule(
  {
    code: "SAGA6002",
    slug: "zero-duration",
    severity: "error",
    message: "`{word}` of no time at all.",
    note: "A limit of zero is over before anything has begun; a pause of zero calls a participant in trouble without a break.",
    help: "Say how long: `200ms`, `5s`, `10m`, `2h`, `7d`.",
  },
  (program, report) => {
    for (const { word, literal } of durationsIn(program)) if (literal.ms === 0) report(literal.span, { word });
  },
);
