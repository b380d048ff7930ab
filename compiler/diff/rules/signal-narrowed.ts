import { misfit } from "../lib/fits.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const signalNarrowed: ChangeRule = {
  code: "SAGA8013",
  slug: "signal-narrowed",
  classes: ["wire", "source"],
  message: "`{saga}` no longer takes every signal `{signal}` that it took: {what}.",
  note: "Whoever sends it with what was right so far is refused (`RT1014`).",
  help: "Let what is new be optional (`?`), or see that all who send it come along.",
  find({ before, after }) {
    const { both } = match(before.signals, after.signals, ({ name }) => name);
    return both.flatMap(([was, is]) => {
      const what = misfit({ fields: was.fields, plan: before }, { fields: is.fields, plan: after });
      return what === null ? [] : [{ values: { signal: is.name, what }, at: null }];
    });
  },
};
