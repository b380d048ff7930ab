import { same, shownTime } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const timeLimitChanged: ChangeRule = {
  code: "SAGA8034",
  slug: "time-limit-changed",
  classes: ["behaviour"],
  message: "The `{limit}` of `{saga}` was {before}, and is {after}.",
  note: "A saga that is not through by then goes back, or counts as overdue.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const limits = [
      ["timeout", before.timeoutMs, after.timeoutMs],
      ["undo within", before.undoWithinMs, after.undoWithinMs],
    ] as const;
    // Unless it is said, undoing may take as long as the saga.
    const followed = before.undoWithinMs === before.timeoutMs && after.undoWithinMs === after.timeoutMs;
    return limits
      .filter(([limit, was, is]) => !same(was, is) && !(limit === "undo within" && followed))
      .map(([limit, was, is]) => ({ values: { limit, before: shownTime(was), after: shownTime(is) }, at: null }));
  },
};
