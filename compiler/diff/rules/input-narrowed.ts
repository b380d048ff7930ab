import { misfit } from "../lib/fits.ts";
import type { ChangeRule } from "../rule.ts";

export const inputNarrowed: ChangeRule = {
  code: "SAGA8010",
  slug: "input-narrowed",
  classes: ["wire", "source"],
  message: "`{saga}` no longer takes every input that it took: {what}.",
  note: "Whoever starts it with what was right so far is refused (`RT1002`).",
  help: "Let what is new be optional (`?`), or see that all who start it come along.",
  find({ before, after }) {
    const what = misfit({ fields: before.input, plan: before }, { fields: after.input, plan: after });
    return what === null ? [] : [{ values: { what }, at: null }];
  },
};
