import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";
import { attemptsText, boundedHelp, retryPlace } from "./lib/retry.ts";
/** A step after the pivot that is given up after some attempts. */
export const boundedAfterPivot = defineRule(
  {
    code: "SAGA4007",
    slug: "bounded-after-pivot",
    severity: "error",
    message: "Step `{step}` stands {where} the pivot, but is given up after {attempts}.",
    note: "After the point of no return everything must succeed: a step that is given up would leave the saga half-done.",
    help: "{help}",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps) {
        const { attempts } = step.call.retry.value;
        if ((step.zone !== "after" && step.zone !== "maybe") || step.tried || step.kind === "best-effort") continue;
        if (attempts === null || step.spent !== null || step.unsettled.has("retry")) continue;
        const { span, labels } = retryPlace(step);
        report(
          span,
          {
            step: step.name.name,
            attempts: attemptsText(attempts),
            help: boundedHelp(step, LEAVE_OUT),
            where: step.zone === "after" ? "after" : "where the saga may have passed",
          },
          { labels: [...labels, ...pivotLabel(saga)] },
        );
      }
  },
);

const LEAVE_OUT = "Leave `retry` out, which retries until it succeeds";
