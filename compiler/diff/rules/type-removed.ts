import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const typeRemoved: ChangeRule = {
  code: "SAGA8026",
  slug: "type-removed",
  classes: ["source"],
  message: "`{saga}` no longer has the type `{type}`.",
  note: "What is generated exports it no more, and code that imports it does not compile.",
  help: "Declare it where it is needed, or keep it in use.",
  find({ before, after }) {
    const { removed } = match(before.types, after.types, ({ name }) => name);
    return removed.map(({ name }) => ({ values: { type: name }, at: null }));
  },
};
