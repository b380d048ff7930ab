import { stepsOf } from "../../plan/units.ts";
import { match, same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const exhaustedChanged: ChangeRule = {
  code: "SAGA8036",
  slug: "exhausted-changed",
  classes: ["behaviour"],
  message: "In `{saga}` `{step}` led to `{before}` when its retry was spent, and leads to `{after}`.",
  note: "It decides whether the saga goes back, waits for a person, or goes on without the step.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both } = match(stepsOf(before), stepsOf(after), ({ name }) => name);
    const shown = (exhausted: unknown): string => (typeof exhausted === "string" ? exhausted : "fail");
    return both
      .filter(([was, is]) => !same(was.exhausted, is.exhausted))
      .map(([was, is]) => ({ values: { step: is.name, before: shown(was.exhausted), after: shown(is.exhausted) }, at: is.span }));
  },
};
