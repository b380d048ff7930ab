import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const inputFieldRemoved: ChangeRule = {
  code: "SAGA8027",
  slug: "input-field-removed",
  classes: ["source"],
  message: "`{saga}` no longer takes `{field}` in its input.",
  note: "At run time it is left out; in TypeScript a literal that still has it does not compile.",
  help: "Take it out of where the saga is started.",
  find({ before, after }) {
    const { removed } = match(before.input, after.input, ({ name }) => name);
    return removed.map(({ name }) => ({ values: { field: name }, at: null }));
  },
};
