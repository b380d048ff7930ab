import type { FlowBlock, FlowNode, FlowOutcome, FlowPolicy } from "./flow-nodes.ts";
import type { CheckedSaga } from "./program.ts";

/** Every statement of a saga and of its endings, outer ones first, in source order. */
export function nodesOf({ flow, endings }: Pick<CheckedSaga, "flow" | "endings">): FlowNode[] {
  return [...flow, ...(endings.completed?.body ?? []), ...(endings.compensated?.body ?? [])].flatMap(within);
}

/** A statement and all that stands in it. */
export function within(node: FlowNode): FlowNode[] {
  return [node, ...blocksOf(node).flatMap(({ body }) => body.flatMap(within))];
}

/** The blocks directly in a statement, in source order. */
export function blocksOf(node: FlowNode): readonly FlowBlock[] {
  switch (node.kind) {
    case "step":
      return node.step.policies.flatMap(inPolicy);
    case "parallel":
    case "race":
      return node.branches;
    case "if":
      return [...node.arms.map(({ block }) => block), ...(node.otherwise === null ? [] : [node.otherwise])];
    case "try":
      return [node.body, ...inOutcome(node.otherwise)];
    case "foreach":
      return [node.block];
    case "repeat":
      return [node.block, ...inOutcome(node.otherwise)];
    case "call":
      return [...node.policies.flatMap(inPolicy), ...inOutcome(node.onFailure)];
    case "await":
      return [...node.cases.flatMap(({ block }) => block ?? []), ...inOutcome(node.onTimeout)];
    case "sleep":
    case "let":
    case "fail":
    case "opaque":
      return [];
  }
}

/** Several errors may share a block: it is given once. */
function inPolicy({ outcome, clause, error }: FlowPolicy): readonly FlowBlock[] {
  return clause === null || clause.errors[0] === error ? inOutcome(outcome) : [];
}

function inOutcome(outcome: FlowOutcome): readonly FlowBlock[] {
  return outcome.kind === "block" ? [outcome.block] : [];
}
