import { CompilerBug } from "../bug.ts";
import type { FlowBlock, FlowResult } from "../check/flow-nodes.ts";
import type { CheckedProgram, CheckedSaga } from "../check/program.ts";
import { isOptional, objectType, optional } from "../check/types.ts";
import { readsOf } from "./liveness.ts";
import { type LowerOptions, type LowerPlace, SagaContext, type Unit } from "./lower-context.ts";
import { NodeLowering } from "./lower-nodes.ts";
import { lowerDuration } from "./lower-steps.ts";
import { errorsOf, servicesOf, workedOutIn } from "./lower-tables.ts";
import { byName, reachableTypes } from "./lower-types.ts";
import { expressionsOf, nodesIn } from "./nodes.ts";
import {
  PLAN_SCHEMA,
  type Plan,
  type PlanBody,
  type PlanExpr,
  type PlanOutput,
  type PlanSequence,
  type PlanUnit,
} from "./plan.ts";
import { deriveBackward } from "./undo.ts";

export type { LowerOptions } from "./lower-context.ts";

/**
 * A program as plans: one a saga, in order of files and places. The program must be free of errors; a plan of one that is not could be
 * unsound.
 *
 * @throws CompilerBug for what the rules should have refused.
 */
export function lower(program: CheckedProgram, options: LowerOptions): Plan[] {
  return program.sagas.map((saga) => lowerSaga(program, saga, options));
}

function lowerSaga(program: CheckedProgram, saga: CheckedSaga, options: LowerOptions): Plan {
  if (saga.timeout === null) throw new CompilerBug(`saga ${saga.name.name} has no timeout`);
  const context = new SagaContext(program, saga, options);
  const lowering = new NodeLowering(context);
  const { root } = context;
  const place: LowerPlace = { unit: root, path: [], scopes: [], frames: [], zone: "before", before: [] };
  const forward = lowering.sequence(saga.flow, place, saga.output);
  const input = context.fields(saga.input);
  const output = saga.output === null ? null : outputOf(lowering, saga.output, place);
  const ending = (block: FlowBlock | null, name: string): PlanSequence | null =>
    block === null ? null : lowering.sequence(block.body, { ...place, path: [name], frames: block.frames, zone: "ending" });
  const endings = {
    completed: ending(saga.endings.completed, "$completed"),
    compensated: ending(saga.endings.compensated, "$compensated"),
  };
  const timeoutMs = lowerDuration(lowering.names, saga.timeout.value, place);
  const undoWithinMs = saga.undoWithin === null ? timeoutMs : lowerDuration(lowering.names, saga.undoWithin.value, place);
  const tags = saga.tags === null ? [] : entriesOf(lowering.names.mapping(saga.tags, place));
  // Bodies read each other only while they are made: what they carry is known once all are.
  const units = context.units.map((unit) => (unit === root ? { unit, forward, output } : { unit, ...bodyOf(lowering, unit) }));
  const lowered = units.map((each): PlanUnit => {
    const body = each.unit === root ? null : each.unit;
    return {
      timeoutMs: body === null ? timeoutMs : null,
      input:
        body === null
          ? input
          : [...(body.child?.item ? [body.child.item] : []), ...[...body.captures.values()].map(({ field }) => field)],
      output: each.output,
      steps: each.unit.steps,
      lets: each.unit.lets,
      forward: each.forward,
      backward: deriveBackward(each.forward, lowering.undoable),
      pivots: body === null ? saga.pivots.map(({ name }) => name.name) : [],
    };
  });
  const captures = context.units.flatMap((unit) => [...unit.captures.values()].map(({ value }) => value));
  const sequences = [...units.map((each) => each.forward), ...Object.values(endings).filter((each) => each !== null)];
  const nodes = sequences.flatMap(nodesIn);
  const steps = context.units.flatMap((unit) => unit.steps);
  const reads = readsOf(
    [
      ...units.flatMap((each) => each.output?.value ?? []),
      ...captures,
      ...tags.map(({ value }) => value),
      ...nodes.flatMap(expressionsOf),
      ...steps.flatMap(workedOutIn),
    ],
    context.units.flatMap((unit) => unit.lets),
  );
  // What a round answers is known when all that read it are.
  for (const { unit, output: given } of units) {
    const node = unit.child?.kind === "round" ? context.live.get(unit.child.name) : undefined;
    if (node !== undefined && given !== null) node.output = { kind: "object", fields: given.type };
  }
  for (const [name, node] of context.live) node.outputLive = reads.outputs.has(name);
  for (const each of context.cases) each.node.live = reads.received.has(`${each.wait} ${each.node.name}`);
  const live = (unit: PlanUnit): PlanUnit => ({
    ...unit,
    steps: unit.steps.map((step) => ({ ...step, outputLive: reads.outputs.has(step.name) })),
  });
  const errors = errorsOf(context);
  const [main, ...bodies] = lowered.map(live);
  if (main === undefined) throw new CompilerBug("a saga without a unit");
  return {
    schema: PLAN_SCHEMA,
    saga: saga.name.name,
    version: saga.version,
    source: context.sourceName,
    doc: saga.node.doc,
    undoWithinMs,
    tags,
    signals: [...context.signals.values()].sort(byName),
    computes: [...context.computes.values()].sort(byName),
    callees: [...context.callees.values()]
      .map(({ name, version }) => ({ saga: name.name, version }))
      .sort((a, b) => (a.saga < b.saga ? -1 : 1)),
    endings,
    types: reachableTypes(context.reached, saga.file.path),
    errors,
    services: servicesOf(saga),
    ...main,
    bodies: bodies.map((unit, index) => planBody(unit, context.units[index + 1])),
  };
}

function planBody(unit: PlanUnit, of: Unit | undefined): PlanBody {
  const child = of?.child ?? null;
  if (of === undefined || child === null) throw new CompilerBug("a body of nothing");
  const { id, name, kind, zone, span } = child;
  const captures = [...of.captures.values()].map(({ field, value }) => ({ name: field.name, value }));
  return { id, name, kind, parent: of.parent?.child?.id ?? null, zone, captures, span, ...unit };
}

function outputOf(lowering: NodeLowering, mapping: NonNullable<CheckedSaga["output"]>, place: LowerPlace): PlanOutput {
  return { type: lowering.context.fields(mapping.fields), value: lowering.names.mapping(mapping, place) };
}

/** What an item answers is its block's result; a round answers what is read of it. */
function bodyOf(lowering: NodeLowering, unit: Unit): { readonly forward: PlanSequence; readonly output: PlanOutput | null } {
  const { child } = unit;
  if (child === null) throw new CompilerBug("a body of nothing");
  const { forward, block } = child;
  if (child.kind === "round") {
    const given = [...unit.given.values()];
    const value: PlanExpr = { kind: "object", entries: given.map(({ field, value }) => ({ name: field.name, value })) };
    return { forward, output: { type: given.map(({ field }) => field), value } };
  }
  if (block.result === null || block.result.fields.length === 0 || !block.ends) return { forward, output: null };
  const place: LowerPlace = { unit, path: [], scopes: [], frames: block.frames, zone: child.zone, before: [] };
  if (isOptional(block.result.type)) return { forward, output: partial(lowering, block.result, place, block) };
  const { fields } = block.result;
  return {
    forward,
    output: { type: lowering.context.fields(fields), value: lowering.result(block, block.result, place, objectType(fields)) },
  };
}

/** Of a step that may be gone on without: what there is of its fields. */
function partial(lowering: NodeLowering, result: FlowResult, place: LowerPlace, block: FlowBlock): PlanOutput {
  const object = lowering.result(block, result, place);
  const fields = result.fields.map((field) => ({ ...field, type: optional(field.type) }));
  const entries = fields.map(({ name }) => ({ name, value: { kind: "member", object, name, optional: true } as const }));
  return { type: lowering.context.fields(fields), value: { kind: "object", entries } };
}

function entriesOf(value: PlanExpr): Plan["tags"] {
  if (value.kind !== "object") throw new CompilerBug("tags are a record");
  return value.entries;
}
