import type { CheckedProgram, FlowNode, FlowParallel } from "../../program.ts";

/** Every `parallel` of every saga, outer ones first. */
export function groupsOf(program: CheckedProgram): FlowParallel[] {
  const found: FlowParallel[] = [];
  const visit = (nodes: readonly FlowNode[]): void => {
    for (const node of nodes) {
      if (node.kind !== "parallel") continue;
      found.push(node);
      for (const branch of node.branches) visit(branch.body);
    }
  };
  for (const saga of program.sagas) visit(saga.flow);
  return found;
}
