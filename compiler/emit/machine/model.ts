import { CompilerBug } from "../../bug.ts";
import { nodesIn, sequencesIn } from "../../plan/nodes.ts";
import type { Plan, PlanBody, PlanCall, PlanNode, PlanStep, PlanUnit } from "../../plan/plan.ts";
import { type TypeNames, typeNames, type UnitNames } from "../lib/names.ts";

/** A plan as the parts of the machine emitter look at it. */
export interface MachineModel {
  readonly plan: Plan;
  /** What this machine runs: the saga itself, or a body of it. */
  readonly unit: PlanUnit;
  readonly names: TypeNames;
  /** What this machine and its data are called. */
  readonly own: OwnNames;
  /** Every call of every step, in source order: forward, inquiry, undo. */
  readonly calls: readonly CallModel[];
  step(name: string): PlanStep;
  /** A node by its id, a step or child by its name. */
  node(name: string): PlanNode | undefined;
  /** In the failure that an error is turned into: whose error, and which. */
  readonly turned?: TurnedError;
}

/** An error of a step or called saga that leads to no other path: it is still held back in the record. */
export interface TurnedError {
  readonly of: string;
  readonly error: string;
}

export interface OwnNames extends UnitNames {
  /** The machine's id for XState: `placeOrder`, `placeOrderReservations`. */
  readonly id: string;
}

export interface CallModel {
  /** `reserveStock`, `reserveStock.inquire`, `reserveStock.undo`: the id of its invoke, and what its delays begin with. */
  readonly id: string;
  readonly kind: CallKind;
  readonly step: PlanStep;
  readonly call: PlanCall;
}

/** Also the name of the part of the record that counts its entries. */
export type CallKind = "forward" | "inquire" | "undo";

export function machineModel(plan: Plan, unit: PlanUnit = plan): MachineModel {
  const steps = new Map(unit.steps.map((step) => [step.name, step]));
  const nodes = new Map(nodesOf({ plan, unit }).map((node) => [nameOf(node), node]));
  refuseInnerPivot(unit);
  const names = typeNames(plan);
  return {
    plan,
    unit,
    names,
    own: ownNames(names, bodyOf(plan, unit)),
    calls: unit.steps.flatMap(callsOf),
    step(name) {
      const found = steps.get(name);
      if (found === undefined) throw new CompilerBug(`the plan has a node for a step that it does not list: ${name}`);
      return found;
    },
    node: (name) => nodes.get(name),
  };
}

/** The body that a unit is; `null`: it is the saga itself. */
export function bodyOf(plan: Plan, unit: PlanUnit): PlanBody | null {
  return plan.bodies.find((body) => body === unit) ?? null;
}

function ownNames(names: TypeNames, body: PlanBody | null): OwnNames {
  if (body === null) return { ...names.saga, id: names.saga.variable };
  const own = names.unit(body.id);
  return { ...own, id: own.machine.replace(/Machine(?=\d*$)/, "") };
}

function nameOf(node: PlanNode): string {
  if (node.kind === "step") return node.step;
  return "name" in node ? node.name : node.id;
}

export function callsOf(step: PlanStep): CallModel[] {
  return KINDS.map((kind) => findCall(step, kind)).filter((call) => call !== null);
}

const KINDS: readonly CallKind[] = ["forward", "inquire", "undo"];

export function callOf(step: PlanStep, kind: CallKind): CallModel {
  const found = findCall(step, kind);
  if (found === null) throw new CompilerBug(`step ${step.name} has no ${kind} call`);
  return found;
}

function findCall(step: PlanStep, kind: CallKind): CallModel | null {
  switch (kind) {
    case "forward":
      return { id: step.name, kind, step, call: step.call };
    case "inquire":
      return step.inquire === null ? null : { id: `${step.name}.inquire`, kind, step, call: step.inquire };
    case "undo":
      return step.undo.kind === "compensate" ? { id: `${step.name}.undo`, kind, step, call: step.undo.call } : null;
  }
}

/** What comes after the end; a body has none. */
export function endingsOf({ plan, unit }: Pick<MachineModel, "plan" | "unit">): Plan["endings"] {
  return unit === plan ? plan.endings : { completed: null, compensated: null };
}

/** Every node of a machine: the way forward, then what comes after either end. */
export function nodesOf(model: Pick<MachineModel, "plan" | "unit">): readonly PlanNode[] {
  const { completed, compensated } = endingsOf(model);
  return [model.unit.forward, completed, compensated].flatMap((sequence) => (sequence === null ? [] : nodesIn(sequence)));
}

/** Whether there is anything to undo for which the source sets a time. */
export function undoHasTime({ plan, unit }: MachineModel): boolean {
  return unit === plan && unit.backward.nodes.length > 0;
}

export function hasEndings(model: MachineModel): boolean {
  const { completed, compensated } = endingsOf(model);
  return completed !== null || compensated !== null;
}

/** `payments.authorizePayment`: the name of the actor that makes the call. */
export function actorName(call: PlanCall): string {
  return `${call.service}.${call.operation}`;
}

/** Whether a declared error proves that nothing happened even when an earlier attempt may have run: repeats are answered from a record. */
export function answersRepeats(step: PlanStep, plan: Plan): boolean {
  const service = plan.services.find((known) => known.name === step.call.service);
  return service !== undefined && (service.idempotentForMs !== null || service.fenced);
}

/**
 * What a step may answer beside the errors that it declares: under a key of its own, a fenced service says that another saga holds it. As with
 * a declared error nothing happened, and the saga (or the block around the step) fails with it; where nothing fails it is one more attempt.
 */
export function keyErrors(step: Pick<PlanStep, "call" | "failsTo">, plan: Plan): readonly string[] {
  const fenced = plan.services.some(({ name, fenced: goesThrough }) => name === step.call.service && goesThrough);
  return fenced && step.call.key !== null && step.failsTo !== null ? ["KeyOwnedByOther"] : [];
}

/** The type of the output that the step's record keeps; `null`: it keeps none. */
export function keptOutput(step: PlanStep, names: TypeNames): string | null {
  return step.outputLive ? names.outputOf(step) : null;
}

/** A pivot beside steps that can still fail has no machine; the checker refuses it, and so do we, rather than write a wrong one. */
function refuseInnerPivot(unit: PlanUnit): void {
  const groups = nodesIn(unit.forward).filter((node) => node.kind === "parallel" || node.kind === "race" || node.kind === "try");
  const inner = groups.flatMap(sequencesIn).flatMap(nodesIn);
  for (const pivot of unit.pivots) {
    if (inner.some((node) => node.kind === "step" && node.step === pivot)) {
      throw new CompilerBug(`the pivot ${pivot} stands in a parallel branch`);
    }
  }
}
