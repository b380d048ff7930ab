import { nodesIn, sequencesIn } from "../../plan/nodes.ts";
import type { Plan, PlanNode, PlanSequence } from "../../plan/plan.ts";

/** How two steps stand to each other: in sequence, side by side, or on ways that exclude each other. */
export type Relation = "before" | "after" | "beside" | "either";

interface Turn {
  readonly kind: "sequence" | "beside" | "either";
  readonly at: number;
}

/** The turns that lead to each step, called saga and compute on the way forward, by name; those of bodies behind their node's. */
export function placesOf(plan: Plan): ReadonlyMap<string, readonly Turn[]> {
  const places = new Map<string, readonly Turn[]>();
  const visit = (sequence: PlanSequence, path: readonly Turn[]): void => {
    for (const [index, node] of sequence.nodes.entries()) {
      const here: readonly Turn[] = [...path, { kind: "sequence", at: index }];
      const name = nameOf(node);
      if (name !== null) places.set(name, here);
      const kind = node.kind === "parallel" || node.kind === "race" ? "beside" : "either";
      for (const [at, inner] of sequencesIn(node).entries()) visit(inner, [...here, { kind, at }]);
      const body = plan.bodies.find(({ id }) => "id" in node && id === node.id);
      if (body !== undefined) visit(body.forward, [...here, { kind: "either", at: -1 }]);
    }
  };
  visit(plan.forward, []);
  return places;
}

export function relationOf(one: readonly Turn[], other: readonly Turn[]): Relation {
  for (const [index, turn] of one.entries()) {
    const there = other[index];
    if (there === undefined) return "after";
    if (turn.at === there.at) continue;
    if (turn.kind === "sequence") return turn.at < there.at ? "before" : "after";
    return turn.kind;
  }
  return "before";
}

/** Every node of the way forward, the endings and the bodies. */
export function nodesOf(plan: Plan): readonly PlanNode[] {
  const endings = [plan.endings.completed, plan.endings.compensated].filter((sequence) => sequence !== null);
  return [plan.forward, ...plan.bodies.map(({ forward }) => forward), ...endings].flatMap(nodesIn);
}

function nameOf(node: PlanNode): string | null {
  if (node.kind === "step") return node.step;
  return "name" in node ? node.name : null;
}
