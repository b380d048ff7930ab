import type { Plan, PlanPolicy } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";
import { unthrownErrors } from "../lib/operations.ts";
import { nodesOf } from "../lib/order.ts";
import { match, outcomeFacts, same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const refusalChanged: ChangeRule = {
  code: "SAGA8037",
  slug: "refusal-changed",
  classes: ["behaviour"],
  message: "In `{saga}` the error `{error}` of `{step}` {what}.",
  note: "It decides whether the saga goes back, asks again, waits for a person, or takes another path.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both, added, removed } = match(refusalsOf(before), refusalsOf(after), ({ key }) => key);
    const spans = new Map(stepsOf(after).map(({ name, span }) => [name, span]));
    const steps = new Set([...stepsOf(before).map(({ name }) => name), ...callsOf(before)]);
    const changed = both
      .filter(([was, is]) => !same(shallow(was.policy), shallow(is.policy)))
      .map(([, is]) => ({ ...is, what: "leads elsewhere" }));
    const fresh = added.filter(({ step }) => steps.has(step)).map((refusal) => ({ ...refusal, what: "is new" }));
    const unthrown = unthrownErrors(before, after);
    const gone = removed.flatMap((refusal) => {
      const what = becameOf(refusal, after, unthrown);
      return what === null ? [] : [{ ...refusal, what }];
    });
    return [...changed, ...fresh, ...gone].map(({ step, policy, what }) => ({
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

/** The names of what calls other sagas. */
function callsOf(plan: Plan): readonly string[] {
  return nodesOf(plan).flatMap((node) => (node.kind === "call" ? [node.name] : []));
}

/** What is to be said of a refusal that is no more; `null`: nothing, as its step is gone, or no use of the operation answers with it. */
function becameOf({ step: name, policy }: Refusal, after: Plan, unthrown: ReturnType<typeof unthrownErrors>): string | null {
  const step = stepsOf(after).find((one) => one.name === name);
  if (step === undefined) {
    return callsOf(after).includes(name) ? "has no answer of its own any more" : null;
  }
  const operation = `${step.call.service}.${step.call.operation}`;
  const isTold = unthrown.some(({ use, error }) => use.operation === operation && error === policy.error);
  return isTold ? null : "is no longer thrown";
}

function shallow({ retry, outcome }: PlanPolicy): unknown {
  return [retry, outcomeFacts(outcome)];
}
