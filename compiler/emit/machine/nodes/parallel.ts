import type { PlanParallel, UndoParallel } from "../../../plan/plan.ts";
import { entry, parallel, type Transition, text, transitions } from "../config.ts";
import { nested } from "../effects.ts";
import { passOn } from "../failures.ts";
import { DONE, failing, leaving } from "../leaving.ts";
import { branchScope, type NodeKind, type Pen, SCOPE, type UndoKind } from "./node.ts";

/** Branches beside each other; it ends when all of them have. Where they wait for each other, each is a scope of its own. */
export const parallelNode: NodeKind<PlanParallel> = {
  states(node, next, pen) {
    const ending = entry("onDone", transitions(...ends(node, next, pen)));
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
  records: (node) =>
    node.onFailure === "cancel"
      ? []
      : node.branches.map((branch) => ({
          kind: "scope",
          name: branchScope(node, branch),
          place: [...node.place, branch.id, SCOPE],
          kept: null,
        })),
};

/** A branch that failed while the others went on fails the group at its end. */
function ends(node: PlanParallel, next: string, { model, words }: Pen): Transition[] {
  if (node.onFailure === "cancel" || node.failsTo === null) return leaving(node, next, model, words);
  const scopes = node.branches.map((branch) => branchScope(node, branch));
  const guard = failing(scopes, words) ?? undefined;
  const failed = { ...(guard && { guard }), target: DONE, actions: [passOn(scopes, node.failsTo, words)] };
  return leaving(node, next, model, words, [failed]);
}

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
