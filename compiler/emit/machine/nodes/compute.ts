import { CompilerBug } from "../../../bug.ts";
import type { PlanComputeNode } from "../../../plan/plan.ts";
import type { NodeKind } from "./node.ts";

export const computeNode: NodeKind<PlanComputeNode> = {
  states: none,
  effects: none,
  records: none,
};

function none({ kind }: PlanComputeNode): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
