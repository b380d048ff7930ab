import { defineRule } from "../rule.ts";
import { retriesIn } from "./lib/durations.ts";

/** A pause between attempts where there is one attempt. */
export const unusedBackoff = defineRule(
  {
    code: "SAGA6005",
    slug: "unused-backoff",
    severity: "error",
    message: "This backoff is never used: `{retry}` is a single attempt.",
    note: "A backoff is the pause between attempts.",
    help: "Remove the `backoff`; or say how many attempts there are in all: `retry 3 backoff …`.",
  },
  (program, report) => {
    for (const { attempts, backoff } of retriesIn(program)) {
      if (backoff === null || attempts === null || attempts === "forever") continue;
      if (attempts === "none") report(backoff.span, { retry: "retry none" });
      else if (attempts.value === 1) report(backoff.span, { retry: "retry 1" });
    }
  },
);
