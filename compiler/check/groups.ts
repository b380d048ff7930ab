import type { ParallelNode, RaceNode } from "../ast/nodes.ts";
import { partsOf } from "./flow.ts";
import type { FlowBranch, FlowNode } from "./flow-nodes.ts";
import { refuseMisplaced } from "./opaque.ts";
import type { Place, SagaScope } from "./reading.ts";
import { namedResult } from "./results.ts";
import { firstClause } from "./settings.ts";
import type { FlowState } from "./state.ts";

export function checkParallel(saga: SagaScope, node: ParallelNode, place: Place, state: FlowState): FlowNode {
  const { draft, declared } = saga;
  draft.clauses("this `parallel`", node.clauses, node.broken);
  refuseMisplaced(draft, declared.scope, "a `parallel`", node.misplaced);
  let onFailure: "cancel" | "wait" = "cancel";
  for (const clause of node.clauses) {
    if (clause.kind === "as") draft.findings.add("parallel-result", { span: clause.span });
    else if (clause.mode === "wait") onFailure = "wait";
    else if (clause.mode === "continue") draft.findings.add("parallel-goes-on", { span: clause.span });
  }
  const { zone } = state;
  const { branches, states } = checkBranches(saga, node, place, state);
  state.joinAll(states);
  return { kind: "parallel", node, zone, onFailure, branches };
}

/** A branch that loses is undone: what it gives is there only where it has won. */
export function checkRace(saga: SagaScope, node: RaceNode, place: Place, state: FlowState): FlowNode {
  const { draft, declared } = saga;
  draft.clauses("this `race`", node.clauses, node.broken);
  refuseMisplaced(draft, declared.scope, "a `race`", node.misplaced);
  for (const clause of node.clauses)
    if (clause.kind === "on-failure" && clause.mode !== "cancel" && clause.mode !== null)
      draft.findings.add("race-waits", { span: clause.span });
  const { zone } = state;
  const { branches, states } = checkBranches(saga, node, place, state);
  const { facts } = state;
  // Of a race that could not be read nobody knows how it ends.
  if (states.length === 0 && node.broken) return { kind: "opaque", node };
  state.joinOne(
    states.map((each, index) => ({
      state: each,
      missing: { span: branches[index]?.node.span ?? node.span, when: "when another branch of this `race` has won" },
    })),
  );
  state.facts = facts;
  const as = namedResult(saga, firstClause(node.clauses, "as"), branches, false, state);
  return { kind: "race", node, zone, branches, as };
}

function checkBranches(
  saga: SagaScope,
  node: ParallelNode | RaceNode,
  place: Place,
  state: FlowState,
): { readonly branches: readonly FlowBranch[]; readonly states: readonly FlowState[] } {
  const states: FlowState[] = [];
  const branches = partsOf(node).map((part, index): FlowBranch => {
    const fork = state.fork();
    states.push(fork);
    const block = saga.block(part, place, fork);
    const branch = node.branches[index] ?? node;
    nameResult(saga, branch, block, fork);
    return { ...block, node: branch };
  });
  return { branches, states };
}

/** A branch with a name has its result by it, behind the group. */
function nameResult(
  { flow }: SagaScope,
  branch: FlowBranch["node"],
  { result, ends }: Pick<FlowBranch, "result" | "ends">,
  state: FlowState,
): void {
  const binding = branch.kind === "branch" && branch.name !== null ? flow.byIdent.get(branch.name) : undefined;
  if (binding !== undefined && result !== null && ends) state.give(binding, result.type, result.secret);
}
