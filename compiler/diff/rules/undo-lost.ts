import { stepsOf } from "../../plan/units.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const undoLost: ChangeRule = {
  code: "SAGA8004",
  slug: "undo-lost",
  classes: ["behaviour"],
  message: "`{saga}` does not undo `{step}` any more.",
  note: "Where the saga fails behind it, what the step did stays done.",
  help: "Give it its `compensate` back, or see that nothing has to be undone.",
  find({ before, after }) {
    const undone = stepsOf(before).filter(({ undo, zone }) => undo.kind === "compensate" && zone !== "after");
    const now = stepsOf(after);
    const { both } = match(undone, now, ({ name }) => name);
    const lost = both.filter(([was, is]) => is.undo.kind !== "compensate" || (is.zone === "after" && was.zone !== "after"));
    // Sagas under way go on with what they have: they lose it only where the version stays.
    const classes = before.version === after.version ? (["in-flight", "behaviour"] as const) : (["behaviour"] as const);
    return lost.map(([, { name, span }]) => ({ values: { step: name }, at: span, classes }));
  },
};
