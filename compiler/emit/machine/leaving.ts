import { sequencesIn } from "../../plan/nodes.ts";
import type { PlanNode, UndoNode } from "../../plan/plan.ts";
import type { Layout } from "../lib/layout.ts";
import { list, type Transition, text } from "./config.ts";
import type { MachineModel } from "./model.ts";
import { fixed, type Vocabulary } from "./vocabulary.ts";

/** Where every sequence ends. `$` can stand in no name of the language. */
export const DONE = "$done";

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
  const own = new Set(ownScopes(node));
  const inner = sequencesIn(node)
    .flatMap(({ nodes }) => nodes.flatMap((each) => failedAfter(each, model)))
    .filter((scope) => !own.has(scope));
  const failsTo = node.kind === "step" ? model.step(node.step).failsTo : "failsTo" in node ? node.failsTo : null;
  const stops = "stops" in node ? node.stops : [];
  return [...new Set([...stops, ...(failsTo === null ? [] : [failsTo]), ...inner])].sort(outerFirst);
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

function ownScopes(node: PlanNode): readonly string[] {
  if (node.kind === "try") return [node.id];
  if (node.kind !== "race" && node.kind !== "parallel") return [];
  return node.branches.flatMap(({ scope }) => scope ?? []);
}

/** `saga` before all others; they keep their order. */
function outerFirst(a: string, b: string): number {
  return Number(b === "saga") - Number(a === "saga");
}
