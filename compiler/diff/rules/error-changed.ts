import { misfit } from "../lib/fits.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const errorChanged: ChangeRule = {
  code: "SAGA8014",
  slug: "error-changed",
  classes: ["wire", "source"],
  message: "The error `{error}` of `{saga}` no longer carries all that it carried: {what}.",
  note: "Whoever reads the failure of a saga finds less than was promised, or another type.",
  help: "Keep the old fields beside the new ones, or give the new error a name of its own.",
  find({ before, after }) {
    const { both } = match(before.errors, after.errors, ({ name }) => name);
    return both.flatMap(([was, is]) => {
      const what = misfit({ fields: is.fields, plan: after }, { fields: was.fields, plan: before });
      return what === null ? [] : [{ values: { error: is.name, what }, at: null }];
    });
  },
};
