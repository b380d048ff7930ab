import type { PlanStep } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";
import { match, same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const stepKindChanged: ChangeRule = {
  code: "SAGA8039",
  slug: "step-kind-changed",
  classes: ["behaviour"],
  message: "In `{saga}` `{step}` was {before}, and is {after}.",
  note: "It decides whether the step is undone, and whether the saga goes on without it.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both } = match(stepsOf(before), stepsOf(after), ({ name }) => name);
    return both
      .filter(([was, is]) => !same(was.kind, is.kind))
      .map(([was, is]) => ({ values: { step: is.name, before: WORDS[was.kind], after: WORDS[is.kind] }, at: is.span }));
  },
};

const WORDS: Readonly<Record<PlanStep["kind"], string>> = {
  normal: "a plain step",
  pivot: "the `pivot`",
  readonly: "`readonly`",
  "best-effort": "`best effort`",
};
