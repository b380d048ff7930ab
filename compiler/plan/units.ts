import { nodesIn } from "./nodes.ts";
import type { Plan, PlanForeach, PlanNode, PlanRepeat, PlanSequence, PlanStep, PlanSubSaga, PlanUnit } from "./plan.ts";

/** What runs as instances of its own. */
export type ChildNode = PlanForeach | PlanRepeat | PlanSubSaga;

/** The saga and its bodies: what has a machine of its own. */
export function unitsOf(plan: Plan): readonly PlanUnit[] {
  return [plan, ...plan.bodies];
}

/** Every step of the saga, in source order: those of its bodies and endings too. */
export function stepsOf(plan: Plan): readonly PlanStep[] {
  const steps = unitsOf(plan).flatMap((unit) => unit.steps);
  return plan.bodies.length === 0 ? steps : steps.toSorted((a, b) => a.span.line - b.span.line || a.span.column - b.span.column);
}

/** Every node of the saga, its bodies and endings included. */
export function allNodes(plan: Plan): readonly PlanNode[] {
  const { completed, compensated } = plan.endings;
  const endings = [completed, compensated].filter((sequence): sequence is PlanSequence => sequence !== null);
  return [...unitsOf(plan).map((unit) => unit.forward), ...endings].flatMap(nodesIn);
}

export function childrenOf(plan: Plan): readonly ChildNode[] {
  return allNodes(plan).filter((node) => node.kind === "foreach" || node.kind === "repeat" || node.kind === "call");
}
