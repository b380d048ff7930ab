import { stepsOf } from "../../plan/units.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const stepAdded: ChangeRule = {
  code: "SAGA8030",
  slug: "step-added",
  classes: ["behaviour"],
  message: "`{saga}` has a new step: `{step}`.",
  note: "Sagas that begin from now on do more than those under way.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { added } = match(stepsOf(before), stepsOf(after), ({ name }) => name);
    return added.map(({ name, span }) => ({ values: { step: name }, at: span }));
  },
};
