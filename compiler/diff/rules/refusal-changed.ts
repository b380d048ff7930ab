import type { Plan, PlanPolicy } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";
import { nodesOf } from "../lib/order.ts";
import { match, same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const refusalChanged: ChangeRule = {
  code: "SAGA8037",
  slug: "refusal-changed",
  classes: ["behaviour"],
  message: "In `{saga}` the error `{error}` of `{step}` {what}.",
  note: "It decides whether the saga goes back, asks again, waits for a person, or takes another path.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both, added } = match(refusalsOf(before), refusalsOf(after), ({ key }) => key);
    const spans = new Map(stepsOf(after).map(({ name, span }) => [name, span]));
    const known = new Set(refusalsOf(before).map(({ step }) => step));
    const steps = new Set([...stepsOf(before).map(({ name }) => name), ...known]);
    const changed = both
      .filter(([was, is]) => !same(shallow(was.policy), shallow(is.policy)))
      .map(([, is]) => ({ ...is, what: "leads elsewhere" }));
    const fresh = added.filter(({ step }) => steps.has(step)).map((refusal) => ({ ...refusal, what: "is new" }));
    return [...changed, ...fresh].map(({ step, policy, what }) => ({
      values: { step, error: policy.error, what },
      at: spans.get(step) ?? null,
    }));
  },
};

interface Refusal {
  readonly key: string;
  readonly step: string;
  readonly policy: PlanPolicy;
}

function refusalsOf(plan: Plan): Refusal[] {
  return nodesOf(plan).flatMap((node) => {
    if (node.kind !== "step" && node.kind !== "call") return [];
    const step = node.kind === "step" ? node.step : node.name;
    return node.policies.map((policy) => ({ key: `${step} ${policy.error}`, step, policy }));
  });
}

/** What stands in a block is told by other rules. */
function shallow({ retry, outcome }: PlanPolicy): unknown {
  return [retry, outcome.kind === "block" ? "block" : outcome];
}
