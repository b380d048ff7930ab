import type { Node } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import type { FlowBlock, FlowCall, FlowForeach, FlowRepeat, NamedResult } from "../check/flow-nodes.ts";
import type { Presence } from "../check/names.ts";
import type { Zone } from "../check/program.ts";
import { objectType, type Type } from "../check/types.ts";
import { outputOf } from "./lower-computes.ts";
import { type ChildUnit, type LowerPlace, Unit } from "./lower-context.ts";
import type { NodeLowering } from "./lower-nodes.ts";
import { failsTo, lowerRetry, stopsAt } from "./lower-steps.ts";
import type { PlanNode, PlanSequence, PlanType } from "./plan.ts";
import { deriveBackward } from "./undo.ts";

export function lowerForeach(lowering: NodeLowering, node: FlowForeach, place: LowerPlace): PlanNode {
  const id = lowering.context.id("foreach", node.node);
  const name = node.as?.binding.ident.name ?? lowering.context.childName(id);
  const list = lowering.names.expression(node.list, place);
  const item = node.item === null ? null : itemField(lowering, node.item);
  // The condition stands outside of the body, but speaks of an item.
  const where = node.where === null ? null : lowering.names.expression(node.where, place, null, node.item?.binding ?? null);
  bodyUnit(lowering, node, node.block, id, name, "item", new Map(), item, place);
  if (node.as !== null) lowering.names.declare(node.as.binding, node.as.type);
  return read(lowering, {
    kind: "foreach" as const,
    ...childOf(lowering, node, id, name, place, node.type),
    list,
    where,
    max: node.max,
    onFailure: node.onFailure,
  });
}

function itemField(lowering: NodeLowering, { binding, type }: NamedResult): ChildUnit["item"] {
  lowering.names.declare(binding, type);
  return { name: "item", type: lowering.context.type(type), secret: false, doc: null };
}

export function lowerRepeat(lowering: NodeLowering, node: FlowRepeat, place: LowerPlace): PlanNode {
  const id = lowering.context.id("repeat", node.node);
  const name = lowering.context.childName(id);
  const everyMs = node.every === null ? null : lowering.names.expression(node.every, place);
  bodyUnit(lowering, node, node.block, id, name, "round", node.gives, null, place);
  const until = lowering.names.expression(node.until, place);
  const otherwise = lowering.outcome(node.otherwise, place);
  const child = childOf(lowering, node, id, name, place, objectType([]));
  return read(lowering, { kind: "repeat" as const, ...child, max: node.max, everyMs, until, otherwise });
}

export function lowerCall(lowering: NodeLowering, node: FlowCall, place: LowerPlace): PlanNode {
  const { saga } = node;
  if (saga === null) throw new CompilerBug("a call of nothing");
  const id = lowering.context.id("call", node.node);
  const name = node.as?.binding.ident.name ?? lowering.context.childName(id);
  const input = lowering.names.mapping(node.input, place, objectType(saga.input));
  const inputType = lowering.context.fields(saga.input);
  for (const { error, symbol } of node.policies) {
    lowering.context.errors.set(symbol?.name ?? error.name, symbol);
    lowering.context.fields(symbol?.fields ?? []);
  }
  lowering.context.callees.set(saga.name.name, saga);
  if (node.zone === "before" || node.zone === "maybe") lowering.undoable.add(name);
  const policies = lowering.policies(
    node.policies.filter(({ clause }) => clause !== null),
    place,
    node.zone,
  );
  const onFailure = lowering.outcome(node.onFailure, place);
  const type = objectType(saga.output?.fields ?? []);
  if (node.as !== null) {
    lowering.names.declare(node.as.binding, type);
    const all = [
      ...node.policies,
      { error: node.as.binding.ident, symbol: null, clause: null, retry: null, data: null, outcome: node.onFailure },
    ];
    if (lowering.bindingOf(all, name) !== null) lowering.inItsPlace(node.as.binding, type, all, place);
  }
  return read(lowering, {
    kind: "call" as const,
    ...childOf(lowering, node, id, name, place, type),
    saga: saga.name.name,
    version: saga.version,
    input,
    inputType,
    retry: node.retry === null ? null : lowerRetry(lowering.names, node.retry.value, place),
    policies,
    onFailure,
  });
}

/** Whether something reads what a child brings is known at the end. */
function read<const Child extends { readonly name: string; output: PlanType; outputLive: boolean }>(
  lowering: NodeLowering,
  child: Child,
): Child {
  lowering.context.live.set(child.name, child);
  return child;
}

/** The block of a foreach or repeat as a machine of its own. */
function bodyUnit(
  lowering: NodeLowering,
  node: FlowForeach | FlowRepeat,
  block: FlowBlock,
  id: string,
  name: string,
  kind: "item" | "round",
  gives: ReadonlyMap<string, Presence>,
  item: ChildUnit["item"],
  place: LowerPlace,
): void {
  const child: ChildUnit = {
    id,
    name,
    kind,
    zone: childZone(node.zone),
    span: lowering.context.span(node.node),
    block,
    gives,
    item,
    forward: EMPTY_FORWARD,
  };
  const unit = new Unit(place.unit, block.frames, child);
  lowering.context.units.push(unit);
  child.forward = lowering.sequence(
    block.body,
    { unit, path: [], scopes: [], frames: block.frames, zone: child.zone },
    outputOf(block),
  );
  if (child.zone !== "after" && deriveBackward(child.forward, lowering.undoable).nodes.length > 0) lowering.undoable.add(name);
}

function childOf(
  lowering: NodeLowering,
  node: { readonly zone: Zone; readonly node: Node },
  id: string,
  name: string,
  place: LowerPlace,
  type: Type,
) {
  return {
    name,
    id,
    stops: stopsAt(node.zone, place),
    failsTo: failsTo(node.zone, place),
    zone: childZone(node.zone),
    place: [...place.path, name],
    output: lowering.context.type(type),
    outputLive: false,
    span: lowering.context.span(node.node),
  };
}

const EMPTY_FORWARD: PlanSequence = { kind: "sequence", nodes: [] };

function childZone(zone: Zone): "before" | "maybe" | "after" {
  if (zone === "before" || zone === "maybe" || zone === "after") return zone;
  throw new CompilerBug(`nothing that runs on its own stands in zone ${zone}`);
}
