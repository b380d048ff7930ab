import type { PlanNode, PlanOutcome, PlanPolicy, PlanSequence } from "./plan.ts";

/** The sequences directly below a node, in source order; what runs as instances of its own has its sequence in a body. */
export function sequencesIn(node: PlanNode): readonly PlanSequence[] {
  switch (node.kind) {
    case "step":
      return node.policies.flatMap(inPolicy);
    case "parallel":
    case "race":
      return node.branches.map((branch) => branch.body);
    case "if":
      return [...node.arms.map((arm) => arm.body), node.otherwise];
    case "try":
      return [node.body, ...inOutcome(node.otherwise)];
    case "await":
      return [...node.cases.map((one) => one.body), ...inOutcome(node.onTimeout)];
    case "repeat":
      return inOutcome(node.otherwise);
    case "call":
      return [...node.policies.flatMap(inPolicy), ...inOutcome(node.onFailure)];
    case "foreach":
    case "sleep":
    case "compute":
    case "fail":
      return [];
  }
}

/** Every node below a sequence, outer ones first, in source order. */
export function nodesIn(sequence: PlanSequence): readonly PlanNode[] {
  return sequence.nodes.flatMap((node) => [node, ...sequencesIn(node).flatMap(nodesIn)]);
}

function inPolicy({ outcome }: PlanPolicy): readonly PlanSequence[] {
  return inOutcome(outcome);
}

function inOutcome(outcome: PlanOutcome): readonly PlanSequence[] {
  return outcome.kind === "block" ? [outcome.block.body] : [];
}
