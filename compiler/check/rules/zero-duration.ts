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
    for (const { word, span, ms, written, ends } of durationsIn(program)) {
      if (ms > 0) continue;
      const note = written === null ? BELOW : null;
      const help = ends !== null ? `From one to the other is written \`${ends[0]}..${ends[1]}\`.` : null;
      report(span, { word }, { ...(note === null ? {} : { note }), ...(help === null ? {} : { help }) });
    }
  },
);

const BELOW = "What is worked out here is never more than nothing, and no time is below zero.";
