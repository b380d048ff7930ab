import type { PlanStep } from "../../plan/plan.ts";
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
    const shown = ({ exhausted, exhaustedWith }: PlanStep): string =>
      exhaustedWith === null ? exhausted : `${exhausted} ${exhaustedWith.name}`;
    return both
      .filter(([was, is]) => !same([was.exhausted, was.exhaustedWith], [is.exhausted, is.exhaustedWith]))
      .map(([was, is]) => ({ values: { step: is.name, before: shown(was), after: shown(is) }, at: is.span }));
  },
};
