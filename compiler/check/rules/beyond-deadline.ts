import { worstCaseMs } from "../../plan/worst-case.ts";
import { durationText } from "../../source/duration-text.ts";
import { roughDuration } from "../durations.ts";
import type { CheckedStep, Duration } from "../program.ts";
import { defineRule } from "../rule.ts";
import { timePlace } from "./lib/retry.ts";

/** A step before the pivot that can take longer than the whole saga may. */
export const beyondDeadline = defineRule(
  {
    code: "SAGA6004",
    slug: "beyond-deadline",
    severity: "error",
    message: "Step `{step}` can take {worst}, but the saga only has {limit}.",
    note: "That is {account}. The saga's deadline would end it before its last attempt.",
    help: "Give the step a shorter `timeout` or fewer attempts, or the saga a longer `timeout`.",
  },
  (program, report) => {
    for (const { timeout, steps } of program.sagas)
      for (const step of steps) {
        if (typeof timeout?.value !== "number") continue;
        const worst = step.zone === "before" && !step.unsettled.has("retry") ? worstCaseMs(timesOf(step)) : null;
        if (worst === null || timeout.value === 0 || worst <= timeout.value) continue;
        const labels = timeout.span === null ? [] : [{ span: timeout.span, message: "the saga's timeout is here" }];
        report(
          timePlace(step, step.call),
          { step: step.name.name, worst: roughDuration(worst), limit: durationText(timeout.value), account: account(step) },
          { labels },
        );
      }
  },
);

function timesOf({ call }: CheckedStep): { timeoutMs: Duration; retry: CheckedStep["call"]["retry"]["value"] } {
  return { timeoutMs: call.timeout.value, retry: call.retry.value };
}

/** "3 attempts (the default) of 30s each (the default), and the pauses between them" */
function account({ call }: CheckedStep): string {
  const { attempts } = call.retry.value;
  const { value } = call.timeout;
  // Of what is worked out there is no worst case to give account of.
  const limit = `${typeof value === "number" ? durationText(value) : "as long as it says"}${origin(call.timeout.origin)}`;
  if (attempts === 1) return `one attempt of ${limit}`;
  return `${attempts} attempts${origin(call.retry.origin)} of ${limit} each, and the longest pauses between them`;
}

function origin(of: "own" | "service" | "default"): string {
  return of === "own" ? "" : of === "service" ? " (as its service says)" : " (the default)";
}
