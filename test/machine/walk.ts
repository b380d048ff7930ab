import { sequencesIn } from "../../compiler/plan/nodes.ts";
import type { Plan, PlanSequence, PlanStep } from "../../compiler/plan/plan.ts";
import type { SagaEvent, SagaState } from "../../runtime/engine/definition.ts";
import { type Effects, effectsOf, type WantedCall } from "../../runtime/engine/effects.ts";
import type { Compiled } from "./kit.ts";

/** One event that could come in a state. */
export interface Choice {
  readonly event: SagaEvent;
  /** How often it is taken, relative to the others. */
  readonly weight: number;
  /** It means nothing in this state: it must change nothing. */
  readonly senseless: boolean;
}

/** Everything that a state allows, and some of what it does not: answers that are late, timers that are void, verbs for the wrong call. */
export function choices(compiled: Compiled, state: SagaState): Choice[] {
  const effects = effectsOf(compiled.definition, state);
  const found: Choice[] = [];
  const add = (weight: number, event: SagaEvent, senseless = false): void => {
    found.push({ event, weight, senseless });
  };
  for (const call of effects.calls.values()) for (const [weight, event] of answers(compiled.plan, call)) add(weight, event);
  for (const timer of effects.timers.values()) add(timer.key.startsWith("saga.") ? 0.3 : 3, timer.event);
  for (const call of effects.parked) for (const event of verbs(compiled.plan, call)) add(2, event);
  add(0.2, { type: "saga.cancel", reason: "a walk" });
  add(1, { type: "saga.recovered" });
  for (const event of senseless(compiled, effects)) add(0.05, event, true);
  return found;
}

/** The choice at a share (0 to 1) of the total weight. */
export function pick(all: readonly Choice[], share: number): Choice {
  let rest = share * all.reduce((sum, { weight }) => sum + weight, 0);
  for (const choice of all) {
    rest -= choice.weight;
    if (rest < 0) return choice;
  }
  const last = all.at(-1);
  if (last === undefined) throw new Error("nothing can happen");
  return last;
}

/** What moves a saga on towards an end: calls succeed, then pauses end, then a person helps. `null`: nothing can. */
export function onward(compiled: Compiled, state: SagaState): SagaEvent | null {
  const effects = effectsOf(compiled.definition, state);
  const [call] = effects.calls.values();
  if (call !== undefined) return { type: `xstate.done.actor.${call.id}`, output: success(call) };
  const timer = [...effects.timers.values()].find(({ key }) => !key.startsWith("saga."));
  if (timer !== undefined) return timer.event;
  const [parked] = effects.parked;
  return parked === undefined ? null : { type: "operator.happened", call: parked, output: OUTPUT };
}

const OUTPUT = { value: "x", reservationId: "x", authorizationId: "x", paymentId: "x", trackingId: "x", createdAt: "x" };

function success({ site }: WantedCall): unknown {
  return site.kind === "inquire" ? { status: "happened", output: OUTPUT } : OUTPUT;
}

function answers(plan: Plan, call: WantedCall): (readonly [number, SagaEvent])[] {
  const done = (output: unknown): SagaEvent => ({ type: `xstate.done.actor.${call.id}`, output });
  const failed = (kind: "unknown" | "badOutput"): SagaEvent => ({
    type: `xstate.error.actor.${call.id}`,
    error: kind === "unknown" ? { kind, message: "broke" } : { kind, message: "does not fit", raw: null },
  });
  if (call.site.kind === "undo") {
    return [
      [4, done(null)],
      [3, failed("unknown")],
    ];
  }
  if (call.site.kind === "inquire") {
    return [
      [2, done(success(call))],
      [2, done({ status: "didNotHappen" })],
      [2, done({ status: "unknown" })],
      [1, failed("unknown")],
      [0.3, failed("badOutput")],
    ];
  }
  const throws = stepOf(plan, call.site.step).throws.map((name): readonly [number, SagaEvent] => [
    1,
    { type: `xstate.error.actor.${call.id}`, error: { kind: "declared", name, data: null, message: name } },
  ]);
  return [[6, done(OUTPUT)], [2, failed("unknown")], [0.5, failed("badOutput")], ...throws];
}

function verbs(plan: Plan, call: string): SagaEvent[] {
  const common: SagaEvent[] = [
    { type: "operator.retry", call },
    { type: "operator.happened", call, output: OUTPUT },
  ];
  if (call.endsWith(".undo")) return [...common, { type: "operator.skip", call }];
  const denied: SagaEvent[] = [...common, { type: "operator.didNotHappen", call }];
  return stepOf(plan, call).zone === "before" ? [...denied, { type: "operator.goBack", call }] : denied;
}

function senseless({ definition }: Compiled, effects: Effects): SagaEvent[] {
  const wanted = new Set([...effects.calls.values()].map(({ id }) => id));
  const due = new Set([...effects.timers.values()].map(({ event }) => event.type));
  const calls = Object.keys(definition.calls);
  const late = calls.filter((id) => !wanted.has(id));
  const wrong = calls.filter((id) => !effects.parked.includes(id));
  return [
    ...late.flatMap((id): SagaEvent[] => [
      { type: `xstate.done.actor.${id}`, output: OUTPUT },
      { type: `xstate.error.actor.${id}`, error: { kind: "unknown", message: "late" } },
    ]),
    ...timerEvents(definition.effects)
      .filter((type) => !due.has(type) && !type.startsWith("xstate.after.saga."))
      .map((type): SagaEvent => ({ type })),
    ...wrong.flatMap((call): SagaEvent[] => [
      { type: "operator.retry", call },
      { type: "operator.happened", call, output: OUTPUT },
      { type: "operator.goBack", call },
    ]),
    { type: "operator.skip", call: "nothing" },
  ];
}

type AfterEvent = `xstate.after.${string}`;

function timerEvents(node: Compiled["definition"]["effects"]): AfterEvent[] {
  const own = (node.timers ?? []).map(({ event }) => event as AfterEvent);
  return [...own, ...Object.values(node.states ?? {}).flatMap(timerEvents)];
}

// ---- the program's order

export function stepOf(plan: Plan, name: string): PlanStep {
  const found = plan.steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`the plan has no step ${name}`);
  return found;
}

/** For each step, those that come before it in the program: earlier in a sequence that both stand in, at whatever depth. */
export function earlier(plan: Plan): ReadonlyMap<string, ReadonlySet<string>> {
  const before = new Map<string, ReadonlySet<string>>();
  const visit = (sequence: PlanSequence, outer: ReadonlySet<string>): Set<string> => {
    const passed = new Set<string>();
    for (const node of sequence.nodes) {
      const known = new Set([...outer, ...passed]);
      if (node.kind === "step") {
        before.set(node.step, known);
        passed.add(node.step);
      }
      for (const inner of sequencesIn(node)) for (const step of visit(inner, known)) passed.add(step);
    }
    return passed;
  };
  visit(plan.forward, new Set());
  return before;
}
