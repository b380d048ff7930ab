import { CompilerBug } from "../bug.ts";
import { sequencesIn } from "../plan/nodes.ts";
import type { Plan, PlanAwait, PlanBody, PlanCall, PlanExpr, PlanNode, PlanSequence, PlanSleep, PlanUnit } from "../plan/plan.ts";
import { type Doing, doingsOf } from "./doings.ts";
import type { CallKind } from "./machine.ts";
import { type Order, orderOf } from "./order.ts";

/** What laws know of a saga, or of one of its bodies. It is read from the plan alone: a machine is held against it. */
export interface Facts extends Order {
  readonly plan: Plan;
  /** What the machine is made of: the plan itself, or a body of it. */
  readonly unit: PlanUnit;
  /** `null`: the saga itself. */
  readonly body: PlanBody | null;
  /** Everything that is called: steps, children, computes, in program order. */
  readonly doings: readonly Doing[];
  step(name: string): Doing;
  call(id: string): CallFacts;
  /** Every id of a call, in plan order. */
  readonly calls: readonly string[];
  readonly waits: ReadonlyMap<string, PlanAwait | PlanSleep>;
  /** What fails alone, by id: bodies of a `try`, branches of a race or of a group that waits. */
  readonly scopes: ReadonlyMap<string, Scope>;
  /** Everything that can be parked over and is no call: waits, and a `try` that has no other path. */
  readonly nodes: ReadonlyMap<string, PlanNode>;
  /** What a machine asks of data, by the name of the question: `$if1.$arm1`, `poll.until`, `$await1.approved`. */
  readonly conditions: ReadonlyMap<string, PlanExpr>;
  /** The service answers a repeated key from its record, so that its refusal is definite whatever happened before. */
  answersRepeats(step: Doing): boolean;
}

export interface CallFacts {
  readonly id: string;
  readonly kind: CallKind;
  readonly step: Doing;
  readonly call: PlanCall;
}

export interface Scope {
  readonly id: string;
  /** Of its record, below `context.steps`. */
  readonly place: readonly string[];
  readonly of: "try" | "race" | "group";
}

export function factsOf(plan: Plan, body: PlanBody | null = null): Facts {
  const unit: PlanUnit = body ?? plan;
  const parts = [unit.forward, ...(body === null ? endingsOf(plan) : [])];
  const doings = doingsOf(unit, parts);
  const byName = new Map(doings.map((doing) => [doing.name, doing]));
  const calls = new Map(doings.flatMap(callsOf).map((call) => [call.id, call]));
  const nodes = new Map(parts.flatMap(allNodes).map((node) => [idOf(node), node]));
  const order = orderOf(parts);
  const repeats = new Set(
    plan.services.filter((service) => service.idempotentForMs !== null || service.fenced).map((service) => service.name),
  );
  return {
    plan,
    unit,
    body,
    doings,
    step: (name) => known(byName, name),
    call: (id) => known(calls, id),
    calls: [...calls.keys()],
    waits: new Map([...nodes].flatMap(([id, node]) => (node.kind === "await" || node.kind === "sleep" ? [[id, node]] : []))),
    scopes: new Map([...nodes.values()].flatMap(scopesOf).map((scope) => [scope.id, scope])),
    nodes,
    conditions: new Map([...nodes.values()].flatMap(conditionsOf)),
    ...order,
    answersRepeats: (step) => repeats.has(step.call.service),
  };
}

/** A step's name, a child's name, or what else a node is called by. */
export function idOf(node: PlanNode): string {
  if (node.kind === "step") return node.step;
  return "name" in node ? node.name : node.id;
}

function endingsOf({ endings }: Plan): PlanSequence[] {
  return [endings.completed, endings.compensated].filter((ending) => ending !== null);
}

function allNodes(sequence: PlanSequence): PlanNode[] {
  return sequence.nodes.flatMap((node) => [node, ...sequencesIn(node).flatMap(allNodes)]);
}

function callsOf(step: Doing): CallFacts[] {
  const { name, inquire, undo } = step;
  const found: CallFacts[] = [{ id: name, kind: "forward", step, call: step.call }];
  if (inquire !== null) found.push({ id: `${name}.inquire`, kind: "inquire", step, call: inquire });
  if (undo.kind === "compensate") found.push({ id: `${name}.undo`, kind: "undo", step, call: undo.call });
  return found;
}

function conditionsOf(node: PlanNode): (readonly [string, PlanExpr])[] {
  switch (node.kind) {
    case "if":
      return node.arms.map(({ id, condition }) => [`${node.id}.${id}`, condition] as const);
    case "repeat":
      return [[`${node.name}.until`, node.until]];
    case "await":
      return node.cases.flatMap(({ name, where }) => (where === null ? [] : [[`${node.id}.${name}`, where] as const]));
    default:
      return [];
  }
}

function scopesOf(node: PlanNode): Scope[] {
  if (node.kind === "try") return [{ id: node.id, place: [...node.place, "$scope"], of: "try" }];
  if (node.kind !== "race" && node.kind !== "parallel") return [];
  return node.branches.flatMap(({ id, scope }): Scope[] =>
    scope === null ? [] : [{ id: scope, place: [...node.place, id, "$scope"], of: node.kind === "race" ? "race" : "group" }],
  );
}

function known<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const found = map.get(name);
  if (found === undefined) throw new CompilerBug(`the plan has no ${name}`);
  return found;
}
