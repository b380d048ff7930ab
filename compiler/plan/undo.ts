import type { PlanNode, PlanSequence, UndoNode, UndoSequence } from "./plan.ts";

/**
 * The way back: the mirror of the way forward. A sequence is undone in reverse, branches of a group in parallel; steps that are not in
 * `undoable`, and branches and groups with nothing to undo, are left out.
 */
export function deriveBackward(forward: PlanSequence, undoable: ReadonlySet<string>): UndoSequence {
  return { kind: "sequence", nodes: forward.nodes.toReversed().flatMap((node) => mirror(node, undoable)) };
}

function mirror(node: PlanNode, undoable: ReadonlySet<string>): UndoNode[] {
  if (node.kind === "step") return undoable.has(node.step) ? [{ kind: "step", step: node.step }] : [];
  const branches = node.branches
    .map(({ id, body }) => ({ id, body: deriveBackward(body, undoable) }))
    .filter(({ body }) => body.nodes.length > 0);
  return branches.length === 0 ? [] : [{ kind: "parallel", id: node.id, branches }];
}
