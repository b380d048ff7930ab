import { durationText } from "../../source/duration-text.ts";
import { defineRule } from "../rule.ts";
import { durationsIn } from "./lib/durations.ts";

/** A time that no clock of the runtime can hold. */
export const durationTooLong = defineRule(
  {
    code: "SAGA6008",
    slug: "duration-too-long",
    severity: "error",
    message: "`{written}` is longer than any saga can last.",
    note: "At most ten years (3650d): dates beyond what clocks and stores can hold would follow.",
    help: "Write a shorter time.",
  },
  (program, report) => {
    for (const { span, ms, written } of durationsIn(program))
      if (ms > LONGEST_MS) report(span, { written: written ?? durationText(ms) });
  },
);

const LONGEST_MS = 3650 * 86_400_000;
