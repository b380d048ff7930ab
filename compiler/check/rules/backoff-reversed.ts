import { defineRule } from "../rule.ts";
import { retriesIn } from "./lib/durations.ts";

/** A backoff whose longest pause is shorter than its first. */
export const backoffReversed = defineRule(
  {
    code: "SAGA6003",
    slug: "backoff-reversed",
    severity: "error",
    message: "This backoff goes from {from} down to {to}.",
    note: "Pauses grow from the first to the longest.",
    help: "Write the shorter one first: `backoff {to}..{from}`.",
  },
  (program, report) => {
    for (const { backoff } of retriesIn(program))
      if (backoff?.from.kind === "duration" && backoff.to?.kind === "duration" && backoff.from.ms > backoff.to.ms)
        report(backoff.span, { from: backoff.from.text, to: backoff.to.text });
  },
);
