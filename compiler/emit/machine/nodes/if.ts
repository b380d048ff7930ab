import type { PlanIf } from "../../../plan/plan.ts";
import { compound, entry, FINAL, object, text, transitions } from "../config.ts";
import { nested } from "../effects.ts";
import { conditionEntry } from "../failures.ts";
import { DONE, leaving } from "../leaving.ts";
import { fixed } from "../vocabulary.ts";
import type { NodeKind } from "./node.ts";

const CHOOSE = "$choose";
const ELSE = "$else";

/** One of several ways, by the first condition that holds. What was chosen stands in the state alone. */
export const ifNode: NodeKind<PlanIf> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const otherwise = node.otherwise.nodes.length === 0 ? DONE : ELSE;
    const choice = node.arms.map((arm) => ({
      guard: words.guard("holds", fixed({ id: text(conditionId(node, arm.id)) })),
      target: arm.id,
    }));
    const states = [
      entry(CHOOSE, object(entry("always", transitions(...choice, { target: otherwise })))),
      ...node.arms.map(({ id, body }) => entry(id, pen.forward(body, text(DONE)))),
      ...(otherwise === DONE ? [] : [entry(ELSE, pen.forward(node.otherwise, text(DONE)))]),
      entry(DONE, FINAL),
    ];
    return [entry(node.id, compound(CHOOSE, states, entry("onDone", transitions(...leaving(node, next, model, words)))))];
  },
  effects(node, around, pen) {
    const path = `${around}.${node.id}`;
    return nested(node.id, [
      ...node.arms.flatMap(({ id, body }) => nested(id, pen.wanted(body, `${path}.${id}`))),
      ...nested(ELSE, pen.wanted(node.otherwise, `${path}.${ELSE}`)),
    ]);
  },
  records: () => [],
  tables: (node, pen) => ({
    conditions: node.arms.map(({ id, condition }) => conditionEntry(conditionId(node, id), condition, pen)),
  }),
};

function conditionId(node: PlanIf, arm: string): string {
  return `${node.id}.${arm}`;
}
