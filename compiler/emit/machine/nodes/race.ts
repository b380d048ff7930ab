import { CompilerBug } from "../../../bug.ts";
import type { PlanBranch, PlanRace, UndoSequence } from "../../../plan/plan.ts";
import type { Layout } from "../../lib/layout.ts";
import { compound, type Entry, entry, FINAL, list, parallel, type Transition, text, transitions } from "../config.ts";
import { nested } from "../effects.ts";
import { passOn } from "../failures.ts";
import { DONE, failing, leaving, raisedBy } from "../leaving.ts";
import { fixed } from "../vocabulary.ts";
import { branchScope, type NodeKind, type Pen, SCOPE } from "./node.ts";

const BRANCHES = "$branches";
const UNDO = "$undo";

/**
 * Branches beside each other; the first that ends well wins. The others stop and settle, what they did is undone, and then it goes on. Where
 * all of them fail, the failure of the first in the program is that of the race; undoing is left to what is around it.
 */
export const raceNode: NodeKind<PlanRace> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const outer = failing(node.stops, words);
    const out: Transition[] = outer === null ? [] : [{ guard: outer, target: DONE }];
    const done = words.action("leaveScope", fixed({ scope: text(node.id), outcome: text("done") }));
    const losers = undoBranches(node);
    const all = node.branches.map((branch) => branchScope(node, branch));
    const winner: Transition = { target: losers.length === 0 ? DONE : UNDO, actions: [done] };
    const settled = transitions(
      ...out,
      ...(canBeLost(node, pen)
        ? [
            { guard: words.guard("won", fixed({ race: text(node.id) })), ...winner },
            { target: DONE, actions: [passOn(all, node.failsTo, words)] },
          ]
        : [winner]),
    );
    const branches = node.branches.map((branch) =>
      entry(branch.id, pen.forward(branch.body, transitions(wins(node, branch, pen)))),
    );
    const states = [
      entry(BRANCHES, parallel(branches, entry("onDone", settled))),
      ...(losers.length === 0 ? [] : [entry(UNDO, undoState(node, losers, pen))]),
      entry(DONE, FINAL),
    ];
    const begin = entry("entry", words.action("enterScope", fixed({ scope: text(node.id) })));
    const ending = entry("onDone", transitions(...leaving(node, next, model, words)));
    return [entry(node.id, compound(BRANCHES, states, begin, ending))];
  },
  effects(node, around, pen) {
    const path = `${around}.${node.id}`;
    const at = (state: string, id: string): string => `${path}.${state}.${id}`;
    return nested(node.id, [
      ...nested(
        BRANCHES,
        node.branches.flatMap(({ id, body }) => nested(id, pen.wanted(body, at(BRANCHES, id)))),
      ),
      ...nested(
        UNDO,
        undoBranches(node).flatMap(({ id, body }) => nested(id, pen.wantedBack(body, at(UNDO, id)))),
      ),
    ]);
  },
  records: (node) => [
    { kind: "scope", name: node.id, place: [...node.place, SCOPE], kept: null },
    ...node.branches.map((branch) => ({
      kind: "scope" as const,
      name: branchScope(node, branch),
      place: [...node.place, branch.id, SCOPE],
      kept: null,
    })),
  ],
};

/** Whether all of its branches can fail. */
function canBeLost(node: PlanRace, { model }: Pen): boolean {
  return node.branches.every((branch) =>
    branch.body.nodes.some((inner) => raisedBy(inner, model).includes(branchScope(node, branch))),
  );
}

/** A branch that has ended wins, unless another has, or something has failed. */
function wins(node: PlanRace, branch: PlanBranch, { words }: Pen): Transition {
  const own = branchScope(node, branch);
  const scopes = list([...node.stops, own].map(text));
  const losers = node.branches.map((each) => branchScope(node, each)).filter((scope) => scope !== own);
  const race = text(node.id);
  return {
    guard: words.guard("wins", fixed({ race, scopes })),
    actions: [words.action("win", fixed({ race, branch: text(branch.id), losers: list(losers.map(text)) }))],
  };
}

/** What the losers did is undone side by side. The winner's branch has nothing to do there. */
function undoState(node: PlanRace, losers: readonly LosingBranch[], pen: Pen): Layout {
  const branches = losers.map(({ id, body }): Entry => {
    const won = pen.words.guard("wonBy", fixed({ race: text(node.id), branch: text(id) }));
    return entry(id, pen.backward(body, undefined, [], won));
  });
  return parallel(branches, entry("onDone", transitions({ target: DONE })));
}

interface LosingBranch {
  readonly id: string;
  readonly body: UndoSequence;
}

function undoBranches({ id, undo }: PlanRace): readonly LosingBranch[] {
  const [mirror, ...more] = undo.nodes;
  if (mirror === undefined) return [];
  if (mirror.kind !== "parallel" || more.length > 0) throw new CompilerBug(`the undo of ${id} does not mirror its branches`);
  return mirror.branches;
}
