import { CompilerBug } from "../bug.ts";
import { sequencesIn } from "../plan/nodes.ts";
import type { Plan, PlanCall, PlanSequence, PlanStep } from "../plan/plan.ts";
import type { CallKind } from "./machine.ts";

/** What laws know of a saga. It is read from the plan alone: a machine is held against it. */
export interface Facts {
  readonly plan: Plan;
  readonly pivot: PlanStep | null;
  step(name: string): PlanStep;
  call(id: string): CallFacts;
  /** Every id of a call, in plan order. */
  readonly calls: readonly string[];
  /** Steps that come before this one in the program, at whatever depth: it may depend on each of them. */
  before(step: string): ReadonlySet<string>;
  /** Steps that come after it. */
  after(step: string): ReadonlySet<string>;
  /** The service answers a repeated key from its record, so that its refusal is definite whatever happened before. */
  answersRepeats(step: PlanStep): boolean;
}

export interface CallFacts {
  readonly id: string;
  readonly kind: CallKind;
  readonly step: PlanStep;
  readonly call: PlanCall;
}

export function factsOf(plan: Plan): Facts {
  const steps = new Map(plan.steps.map((step) => [step.name, step]));
  const calls = new Map(plan.steps.flatMap(callsOf).map((call) => [call.id, call]));
  const before = order(plan.forward);
  const after = new Map(
    plan.steps.map(({ name }) => [name, new Set([...before].filter(([, set]) => set.has(name)).map(([later]) => later))]),
  );
  const repeats = new Set(
    plan.services.filter((service) => service.idempotentForMs !== null || service.fenced).map((service) => service.name),
  );
  return {
    plan,
    pivot: plan.pivots[0] === undefined ? null : known(steps, plan.pivots[0]),
    step: (name) => known(steps, name),
    call: (id) => known(calls, id),
    calls: [...calls.keys()],
    before: (step) => known(before, step),
    after: (step) => known(after, step),
    answersRepeats: (step) => repeats.has(step.call.service),
  };
}

function callsOf(step: PlanStep): CallFacts[] {
  const { name, inquire, undo } = step;
  const found: CallFacts[] = [{ id: name, kind: "forward", step, call: step.call }];
  if (inquire !== null) found.push({ id: `${name}.inquire`, kind: "inquire", step, call: inquire });
  if (undo.kind === "compensate") found.push({ id: `${name}.undo`, kind: "undo", step, call: undo.call });
  return found;
}

function order(forward: PlanSequence): Map<string, ReadonlySet<string>> {
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
  visit(forward, new Set());
  return before;
}

function known<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const found = map.get(name);
  if (found === undefined) throw new CompilerBug(`the plan has no ${name}`);
  return found;
}
