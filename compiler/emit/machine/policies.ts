import type { PlanPolicy, PlanStep, PlanStepNode } from "../../plan/plan.ts";
import type { Layout } from "../lib/layout.ts";
import { entry, list, object, type Transition, text, transitions } from "./config.ts";
import { failWith, toScope } from "./failures.ts";
import { failing } from "./leaving.ts";
import { answersRepeats } from "./model.ts";
import type { Pen } from "./nodes/node.ts";
import { fixed, type Vocabulary } from "./vocabulary.ts";

/**
 * What a step does about each error that it declares. An error is *plain* where the step simply fails with it, *repeated* where nothing
 * fails (behind the pivot it is one more attempt), and *special* where the source says something else. Special ones are held back in the
 * record, and dealt with in one place, whether the call told of them or an inquiry proved them.
 */
export interface Policies {
  readonly plain: readonly string[];
  readonly repeated: readonly string[];
  readonly special: readonly PlanPolicy[];
}

export function policiesOf(step: PlanStep, { policies }: PlanStepNode): Policies {
  const kindOf = ({ retry, outcome }: PlanPolicy): keyof Policies => {
    if (retry !== null || outcome.kind !== "fail") return "special";
    if (step.failsTo === null) return step.exhausted === "continue" ? "special" : "repeated";
    return outcome.failure === null ? "plain" : "special";
  };
  const of = (kind: keyof Policies): PlanPolicy[] => policies.filter((policy) => kindOf(policy) === kind);
  return { plain: of("plain").map(nameOf), repeated: of("repeated").map(nameOf), special: of("special") };
}

function nameOf({ error }: PlanPolicy): string {
  return error;
}

/** Scopes whose failure ends a step early. Nothing ends a pivot. */
export function stopsOf({ zone }: PlanStep, { stops }: PlanStepNode): readonly string[] {
  return zone === "pivot" ? [] : stops;
}

/** Whether a declared error may have to wait for proof. Where nothing fails it is only one more attempt that did. */
export function mayBePending(step: PlanStep, node: PlanStepNode, { model }: Pen): boolean {
  if (step.throws.length === 0 || answersRepeats(step, model.plan)) return false;
  return step.failsTo !== null || step.exhausted === "continue" || policiesOf(step, node).special.length > 0;
}

/** The state in which a step waits before it is called again because of an error. */
export function refusedState(error: string): string {
  return `$${error}`;
}

export function refusalBackoff(step: Pick<PlanStep, "name">, error: string): string {
  return `${step.name}.${error}.backoff`;
}

/** The block of a policy, and the error that leads there. */
export function blocksOf({ policies }: PlanStepNode) {
  return policies.flatMap(({ error, outcome }) => (outcome.kind === "block" ? [{ error, block: outcome.block }] : []));
}

/** What answers with an error: a step, or a called saga. */
type Answering = Pick<PlanStep, "name" | "failsTo" | "exhausted">;

/** Where a special error that is held back, and known to be true, leads to. `over`: how the step is gone on without. */
export function special(
  step: Answering,
  policy: PlanPolicy,
  over: () => Transition,
  leavingPivot: readonly Layout[],
  pen: Pen,
): Transition[] {
  const { words } = pen;
  const about = { step: text(step.name), error: text(policy.error) };
  const guard = words.guard("pendingIs", fixed(about));
  const candidates: Transition[] = [];
  if (policy.retry !== null) {
    const { attempts } = policy.retry;
    const left = attempts === null ? guard : words.guard("refusalsLeft", fixed({ ...about, of: String(attempts) }));
    candidates.push({ guard: left, target: refusedState(policy.error), actions: [words.action("countRefusal", fixed(about))] });
    if (attempts === null) return candidates;
  }
  return [...candidates, ...spent(step, policy, guard, over, leavingPivot, pen)];
}

function spent(
  step: Answering,
  { error, outcome }: PlanPolicy,
  guard: Layout,
  over: () => Transition,
  leavingPivot: readonly Layout[],
  { words }: Pen,
): Transition[] {
  const at = { step: text(step.name) };
  switch (outcome.kind) {
    case "continue":
      return [{ guard, ...over() }];
    case "park":
      return [{ guard, target: "parked", actions: leavingPivot }];
    case "block":
      return [{ guard, target: "caught", actions: [words.action("catchPending", fixed(at)), ...leavingPivot] }];
    case "fail": {
      // Nothing fails here: one more attempt.
      if (step.failsTo === null) return step.exhausted === "continue" ? [{ guard, ...over() }] : [];
      const raise =
        outcome.failure === null
          ? words.action("giveUpPending", fixed({ ...at, ...toScope(step.failsTo) }))
          : failWith(failureId(step, error), step.failsTo, words);
      return [{ guard, target: "failed", actions: [raise, ...leavingPivot] }];
    }
  }
}

/** Nobody knows whether the step happened, or it did not although it should have: the failure `Unknown`. */
export function giveUp(step: Pick<PlanStep, "name" | "failsTo">, summary: string, words: Vocabulary): Layout {
  const failure = { name: text("Unknown"), step: text(step.name), summary: text(summary) };
  return words.action("giveUp", fixed({ ...failure, ...toScope(step.failsTo) }));
}

/** Its attempts are spent: `Unknown`, or the failure that the source turns that into. */
export function giveUpSpent(step: PlanStep, summary: string, words: Vocabulary): Layout {
  return step.exhaustedWith === null ? giveUp(step, summary, words) : failWith(step.name, step.failsTo, words);
}

/** `reserveStock.OutOfStock`: the failure that an error is turned into. */
export function failureId(step: Pick<PlanStep, "name">, error: string): string {
  return `${step.name}.${error}`;
}

/** The pauses before the attempts that an error has of its own. */
export function refusedStates(step: PlanStep, node: PlanStepNode, stops: readonly string[], { words }: Pen) {
  const guard = failing(stops, words);
  const draining = guard === null ? null : entry("always", transitions({ guard, target: "stopped" }));
  return policiesOf(step, node)
    .special.filter(({ retry }) => retry !== null)
    .map(({ error }) =>
      entry(refusedState(error), object(draining, entry("after", object(entry(refusalBackoff(step, error), text("call")))))),
    );
}

export function names(errors: readonly string[]): Layout {
  return list(errors.map(text));
}
