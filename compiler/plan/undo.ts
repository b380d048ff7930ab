import { sequencesIn } from "./nodes.ts";
import type { PlanNode, PlanSequence, UndoNode, UndoSequence } from "./plan.ts";

/**
 * The way back: the mirror of the way forward. A sequence is undone in reverse, branches of a group in parallel, of paths that exclude each
 * other the last first (only one of them has anything to undo). `undoable`: names of steps and children that have something to undo; all
 * others, and branches and groups with nothing to undo, are left out.
 */
export function deriveBackward(forward: PlanSequence, undoable: ReadonlySet<string>): UndoSequence {
  return { kind: "sequence", nodes: forward.nodes.toReversed().flatMap((node) => mirror(node, undoable)) };
}

function mirror(node: PlanNode, undoable: ReadonlySet<string>): UndoNode[] {
  switch (node.kind) {
    case "parallel":
    case "race": {
      const branches = node.branches
        .map(({ id, body }) => ({ id, body: deriveBackward(body, undoable) }))
        .filter(({ body }) => body.nodes.length > 0);
      return branches.length === 0 ? [] : [{ kind: "parallel", id: node.id, branches }];
    }
    // What it led to came after it.
    case "step":
      return [...pathsOf(node, undoable), ...(undoable.has(node.step) ? [{ kind: "step" as const, step: node.step }] : [])];
    case "foreach":
    case "repeat":
    case "call":
      return [...pathsOf(node, undoable), ...(undoable.has(node.name) ? [{ kind: "child" as const, child: node.name }] : [])];
    case "if":
    case "try":
    case "await":
    case "sleep":
    case "compute":
    case "fail":
      return pathsOf(node, undoable);
  }
}

function pathsOf(node: PlanNode, undoable: ReadonlySet<string>): UndoNode[] {
  return sequencesIn(node)
    .toReversed()
    .flatMap((sequence) => deriveBackward(sequence, undoable).nodes);
}
