import { defineRule } from "../rule.ts";
import { retriesIn } from "./lib/durations.ts";

/** What is retried forever leads to nothing. */
export const unusedThen = defineRule(
  {
    code: "SAGA6013",
    slug: "unused-then",
    severity: "error",
    message: "This `then` is never used: `retry forever` has no end.",
    note: null,
    help: "Remove the `then`; or say how many attempts there are in all: `retry 5 … then …`.",
  },
  (program, report) => {
    for (const { attempts, whenExhausted } of retriesIn(program))
      if (attempts === "forever" && whenExhausted !== null && whenExhausted.kind !== "invalid-outcome")
        report(whenExhausted.span, {});
  },
);
