import { stepsOf } from "../../plan/units.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const stepRemoved: ChangeRule = {
  code: "SAGA8031",
  slug: "step-removed",
  classes: ["behaviour"],
  message: "`{saga}` no longer has the step `{step}`.",
  note: "Sagas that begin from now on do less than those under way.",
  help: "Nothing, if it is meant. A step that only got another name is a new one to those who look at histories.",
  find({ before, after }) {
    const { removed } = match(stepsOf(before), stepsOf(after), ({ name }) => name);
    return removed.map(({ name }) => ({ values: { step: name }, at: null }));
  },
};
