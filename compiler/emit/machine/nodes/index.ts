import type { PlanNode, UndoNode } from "../../../plan/plan.ts";
import { awaitNode } from "./await.ts";
import { callNode } from "./call.ts";
import { childUndo } from "./children.ts";
import { computeNode } from "./compute.ts";
import { failNode } from "./fail.ts";
import { foreachNode } from "./foreach.ts";
import { ifNode } from "./if.ts";
import type { NodeKind, UndoKind } from "./node.ts";
import { parallelNode, parallelUndo } from "./parallel.ts";
import { raceNode } from "./race.ts";
import { repeatNode } from "./repeat.ts";
import { sleepNode } from "./sleep.ts";
import { stepNode, stepUndo } from "./step.ts";
import { tryNode } from "./try.ts";

/** One file a kind of node; a plan's node finds its own here. */
const NODES: { readonly [Kind in PlanNode["kind"]]: NodeKind<Extract<PlanNode, { kind: Kind }>> } = {
  step: stepNode,
  parallel: parallelNode,
  race: raceNode,
  if: ifNode,
  try: tryNode,
  await: awaitNode,
  sleep: sleepNode,
  foreach: foreachNode,
  repeat: repeatNode,
  call: callNode,
  compute: computeNode,
  fail: failNode,
};

const UNDO_NODES: { readonly [Kind in UndoNode["kind"]]: UndoKind<Extract<UndoNode, { kind: Kind }>> } = {
  step: stepUndo,
  parallel: parallelUndo,
  child: childUndo,
};

// The table's row fits the node, but TypeScript does not follow it through a union.
export function kindOf(node: PlanNode): NodeKind<PlanNode> {
  return NODES[node.kind] as unknown as NodeKind<PlanNode>;
}

export function undoKindOf(node: UndoNode): UndoKind<UndoNode> {
  return UNDO_NODES[node.kind] as unknown as UndoKind<UndoNode>;
}
