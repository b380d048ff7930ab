import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const signalRemoved: ChangeRule = {
  code: "SAGA8012",
  slug: "signal-removed",
  classes: ["wire", "source"],
  message: "`{saga}` no longer takes the signal `{signal}`.",
  note: "Whoever sends it is refused (`RT1014`).",
  help: "Go on waiting for it until nobody sends it any more.",
  find({ before, after }) {
    const { removed } = match(before.signals, after.signals, ({ name }) => name);
    return removed.map(({ name }) => ({ values: { signal: name }, at: null }));
  },
};
