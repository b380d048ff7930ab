import { misfit } from "../lib/fits.ts";
import type { ChangeRule } from "../rule.ts";

export const outputChanged: ChangeRule = {
  code: "SAGA8011",
  slug: "output-changed",
  classes: ["wire", "source"],
  message: "`{saga}` no longer answers all that it answered: {what}.",
  note: "Whoever reads its result finds less than was promised, or another type; so do sagas that call it.",
  help: "Keep the old fields beside the new ones.",
  find({ before, after }) {
    if (before.output === null) return [];
    const to = { fields: before.output.type, plan: before };
    const what = after.output === null ? "there is no output" : misfit({ fields: after.output.type, plan: after }, to);
    return what === null ? [] : [{ values: { what }, at: null }];
  },
};
