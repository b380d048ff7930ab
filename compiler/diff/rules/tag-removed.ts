import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const tagRemoved: ChangeRule = {
  code: "SAGA8015",
  slug: "tag-removed",
  classes: ["wire"],
  message: "`{saga}` no longer has the tag `{tag}`.",
  note: "Operators search by it, and find the sagas from now on no more.",
  help: "Keep it, or tell those who search.",
  find({ before, after }) {
    const { removed } = match(before.tags, after.tags, ({ name }) => name);
    return removed.map(({ name }) => ({ values: { tag: name }, at: null }));
  },
};
