import { defineRule } from "../rule.ts";
import { attemptsText, boundedHelp, retryPlace } from "./lib/retry.ts";

/** A pivot that is given up after some attempts. */
export const boundedPivot = defineRule(
  {
    code: "SAGA4008",
    slug: "bounded-pivot",
    severity: "error",
    message: "The pivot `{step}` is given up after {attempts}.",
    note: "While nobody knows whether the pivot happened, neither way is safe: it is retried until its outcome is definite.",
    help: "{help}",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps) {
        const { attempts } = step.call.retry.value;
        if (step.zone !== "pivot" || attempts === null || step.spent?.kind === "park" || step.unsettled.has("retry")) continue;
        const { span, labels } = retryPlace(step);
        report(span, { step: step.name.name, attempts: attemptsText(attempts), help: boundedHelp(step, LEAVE_OUT) }, { labels });
      }
  },
);

const LEAVE_OUT = "Leave `retry` out, which retries until it is known";
