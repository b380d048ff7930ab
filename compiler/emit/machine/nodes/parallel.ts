import type { PlanParallel, UndoParallel } from "../../../plan/plan.ts";
import { entry, parallel, text, transitions } from "../config.ts";
import { nested } from "../effects.ts";
import { leaving } from "../leaving.ts";
import type { NodeKind, UndoKind } from "./node.ts";

/** Branches beside each other; it ends when all of them have. */
export const parallelNode: NodeKind<PlanParallel> = {
  states(node, next, pen) {
    const ending = entry("onDone", transitions(...leaving(node, next, pen.model, pen.words)));
    const branches = node.branches.map(({ id, body }) => entry(id, pen.forward(body)));
    return [entry(node.id, parallel(branches, ending))];
  },
  effects(node, around, pen) {
    const path = `${around}.${node.id}`;
    return nested(
      node.id,
      node.branches.flatMap(({ id, body }) => nested(id, pen.wanted(body, `${path}.${id}`))),
    );
  },
  records: () => [],
};

/** What they did is undone beside each other too. */
export const parallelUndo: UndoKind<UndoParallel> = {
  states(node, next, pen) {
    const branches = node.branches.map(({ id, body }) => entry(id, pen.backward(body)));
    return [entry(node.id, parallel(branches, entry("onDone", text(next))))];
  },
  effects(node, around, pen) {
    const path = `${around}.${node.id}`;
    return nested(
      node.id,
      node.branches.flatMap(({ id, body }) => nested(id, pen.wantedBack(body, `${path}.${id}`))),
    );
  },
};
