import { defineRule } from "../rule.ts";
import { attemptsText, retryPlace } from "./lib/retry.ts";

/** A pivot that is given up after some attempts. */
export const boundedPivot = defineRule(
  {
    code: "SAGA4008",
    slug: "bounded-pivot",
    severity: "error",
    message: "The pivot `{step}` is given up after {attempts}.",
    note: "While nobody knows whether the pivot happened, neither way is safe: it is retried until its outcome is definite.",
    help: "Leave `retry` out, which retries until it is known; or write `retry forever`, with a `backoff` if you like; or `retry … then park`, which asks a person.",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps) {
        const { attempts } = step.call.retry.value;
        if (step.zone !== "pivot" || attempts === null || step.spent?.kind === "park" || step.unsettled.has("retry")) continue;
        const { span, labels } = retryPlace(step);
        report(span, { step: step.name.name, attempts: attemptsText(attempts) }, { labels });
      }
  },
);
