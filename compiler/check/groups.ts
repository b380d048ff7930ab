import type { ParallelNode, RaceNode } from "../ast/nodes.ts";
import { partsOf } from "./flow.ts";
import type { FlowBranch, FlowNode } from "./flow-nodes.ts";
import type { Frame } from "./names.ts";
import { refuse, refuseMisplaced } from "./opaque.ts";
import type { Place, SagaScope } from "./reading.ts";
import type { FlowState } from "./state.ts";

export function checkParallel(saga: SagaScope, node: ParallelNode, place: Place, state: FlowState): FlowNode {
  const { draft, declared } = saga;
  draft.clauses("this `parallel`", node.clauses, node.broken);
  refuseMisplaced(draft, declared.scope, "a `parallel`", node.misplaced);
  let onFailure: "cancel" | "wait" = "cancel";
  for (const clause of node.clauses) {
    if (clause.kind === "as") refuse(draft, declared.scope, clause, "`as` of a `parallel`");
    else if (clause.mode === "wait") {
      onFailure = "wait";
      refuse(draft, declared.scope, clause, "`on failure wait`", clause.span);
    }
  }
  const { branches, states } = checkBranches(saga, node, place, state, (frame) => (onFailure === "wait" ? frame : place.scope));
  state.joinAll(states);
  return { kind: "parallel", node, onFailure, branches };
}

export function checkBranches(
  saga: SagaScope,
  node: ParallelNode | RaceNode,
  place: Place,
  state: FlowState,
  scopeOf: (frame: Frame) => Frame | null,
): { readonly branches: readonly FlowBranch[]; readonly states: readonly FlowState[] } {
  const states: FlowState[] = [];
  const branches = partsOf(node).map((part, index): FlowBranch => {
    const fork = state.fork();
    states.push(fork);
    const block = saga.block(part, { ...place, scope: scopeOf(part.frame) }, fork);
    return { ...block, node: node.branches[index] ?? node };
  });
  return { branches, states };
}
