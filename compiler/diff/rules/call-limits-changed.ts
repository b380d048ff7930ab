import type { PlanCall } from "../../plan/plan.ts";
import { usesOf } from "../lib/operations.ts";
import { match, same, shownTime } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const callLimitsChanged: ChangeRule = {
  code: "SAGA8035",
  slug: "call-limits-changed",
  classes: ["behaviour"],
  message: "In `{saga}` the {what} of `{call}` was {before}, and is {after}.",
  note: "How long is waited for an answer, and how often it is asked again, decides when a step counts as failed, or parks.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both } = match(usesOf(before), usesOf(after), ({ step, role }) => `${step.name} ${role}`);
    return both.flatMap(([{ call: was }, { call: is, step, role }]) => {
      const call = role === "forward" ? step.name : `${step.name} (${role === "undo" ? "compensate" : "inquire"})`;
      const limits = [
        ["time-out", was.timeoutMs, is.timeoutMs, shownTime(was.timeoutMs), shownTime(is.timeoutMs)],
        ["retry", was.retry, is.retry, shownRetry(was), shownRetry(is)],
      ] as const;
      const changed = limits.filter(([, one, other]) => !same(one, other));
      return changed.map(([what, , , old, now]) => ({ values: { what, call, before: old, after: now }, at: is.span }));
    });
  },
};

function shownRetry({ retry }: PlanCall): string {
  const { attempts, backoffMinMs, backoffMaxMs } = retry;
  if (attempts === 1) return "none";
  return `${attempts ?? "forever"}, backoff ${shownTime(backoffMinMs)}..${shownTime(backoffMaxMs)}`;
}
