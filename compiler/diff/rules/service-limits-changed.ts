import type { PlanLimits } from "../../plan/plan.ts";
import { match, same, shownTime } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const serviceLimitsChanged: ChangeRule = {
  code: "SAGA8053",
  slug: "service-limits-changed",
  classes: ["behaviour"],
  message: "How many calls of `{saga}` the service `{service}` takes from each worker was {before}, and is {after}.",
  note: "It decides when calls are made and never what becomes of them: sagas that run go on under it, and no version is raised for it.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both } = match(before.services, after.services, ({ name }) => name);
    return both
      .filter(([was, is]) => !same(was.limits, is.limits))
      .map(([was, is]) => ({
        values: { service: is.name, before: shownLimits(was.limits), after: shownLimits(is.limits) },
        at: null,
      }));
  },
};

function shownLimits({ max, rate }: PlanLimits = {}): string {
  const limits = [
    ...(max === undefined ? [] : [`\`max ${max}\``]),
    ...(rate === undefined ? [] : [`\`rate ${rate.calls}/${shownTime(rate.perMs).replace(/^1/, "")}\``]),
  ];
  return limits.length === 0 ? "not limited" : limits.join(" and ");
}
