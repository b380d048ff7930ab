import { sequencesIn } from "../../plan/nodes.ts";
import type { PlanBlock, PlanNode, UndoNode } from "../../plan/plan.ts";
import type { Layout } from "../lib/layout.ts";
import { type Entry, entry, list, type Transition, text, transitions } from "./config.ts";
import type { MachineModel } from "./model.ts";
import type { Pen } from "./nodes/node.ts";
import { fixed, type Vocabulary } from "./vocabulary.ts";

/** Where every sequence ends. `$` can stand in no name of the language. */
export const DONE = "$done";
/** Where the endings run. An engine tells by them that the outcome stands. */
export const AFTER_COMPLETED = "afterCompleted";
export const AFTER_COMPENSATED = "afterCompensated";

/** The key of a node's state in its sequence; past the last node, of its end. */
export function keyOf(node: PlanNode | UndoNode | undefined): string {
  if (node === undefined) return DONE;
  switch (node.kind) {
    case "step":
      return node.step;
    case "foreach":
    case "repeat":
    case "call":
      return node.name;
    case "child":
      return node.child;
    default:
      return node.id;
  }
}

/** The guard that holds once one of these scopes has failed; `null`: nothing can fail. */
export function failing(scopes: readonly string[], words: Vocabulary): Layout | null {
  if (scopes.length === 0) return null;
  if (scopes.length === 1 && scopes[0] === "saga") return words.guard("failing");
  return words.guard("failingIn", fixed({ scopes: list(scopes.map(text)) }));
}

/** The scopes that can have failed when this node has ended: those that end it early, and those that its own failures go to. */
export function failedAfter(node: PlanNode, model: MachineModel): readonly string[] {
  return scopesOf(node, model, (each) => ("stops" in each ? each.stops : []));
}

/** The scopes that its own failures go to. */
export function raisedBy(node: PlanNode, model: MachineModel): readonly string[] {
  return scopesOf(node, model, () => []);
}

function scopesOf(node: PlanNode, model: MachineModel, more: (node: PlanNode) => readonly string[]): readonly string[] {
  const own = new Set(ownScopes(node));
  const inner = sequencesIn(node)
    .flatMap(({ nodes }) => nodes.flatMap((each) => scopesOf(each, model, more)))
    .filter((scope) => !own.has(scope));
  const failsTo = node.kind === "step" ? model.step(node.step).failsTo : "failsTo" in node ? node.failsTo : null;
  return [...new Set([...more(node), ...(failsTo === null ? [] : [failsTo]), ...inner])].sort(outerFirst);
}

/**
 * How a node is left, in the order in which it is tried: the sequence ends where a scope around it has failed, then `paths` (blocks that
 * stand beside it), then what follows.
 */
export function leaving(
  node: PlanNode,
  next: string,
  model: MachineModel,
  words: Vocabulary,
  paths: readonly Transition[] = [],
): Transition[] {
  const guard = next === DONE && paths.length === 0 ? null : failing(failedAfter(node, model), words);
  return [...(guard === null ? [] : [{ guard, target: DONE }]), ...paths, { target: next }];
}

/** The state of a block, which stands beside the node that leads to it. */
export function blockState({ id, body }: PlanBlock, next: string, pen: Pen): Entry {
  const { model, words } = pen;
  const scopes = [...new Set(body.nodes.flatMap((node) => failedAfter(node, model)))].sort(outerFirst);
  const guard = next === DONE ? null : failing(scopes, words);
  return entry(id, pen.forward(body, transitions(...(guard === null ? [] : [{ guard, target: DONE }]), { target: next })));
}

function ownScopes(node: PlanNode): readonly string[] {
  if (node.kind === "try") return [node.id];
  if (node.kind !== "race" && node.kind !== "parallel") return [];
  return node.branches.flatMap(({ scope }) => scope ?? []);
}

/** `saga` before all others; they keep their order. */
function outerFirst(a: string, b: string): number {
  return Number(b === "saga") - Number(a === "saga");
}
