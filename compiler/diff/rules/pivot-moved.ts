import { stepsOf } from "../../plan/units.ts";
import { same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const pivotMoved: ChangeRule = {
  code: "SAGA8033",
  slug: "pivot-moved",
  classes: ["behaviour"],
  message: "The point of no return of `{saga}` was {before}, and is {after}.",
  note: "What stands before it is undone on failure, what stands behind it is retried until it succeeds.",
  help: "Nothing, if it is meant. Look at every step whose side has changed.",
  find({ before, after }) {
    if (same(before.pivots, after.pivots)) return [];
    const shown = (pivots: readonly string[]): string =>
      pivots.length === 0 ? "none" : pivots.map((name) => `\`${name}\``).join(", ");
    const at = stepsOf(after).find(({ name }) => after.pivots.includes(name))?.span ?? null;
    return [{ values: { before: shown(before.pivots), after: shown(after.pivots) }, at }];
  },
};
