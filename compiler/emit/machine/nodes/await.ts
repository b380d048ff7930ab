import { CompilerBug } from "../../../bug.ts";
import type { PlanAwait } from "../../../plan/plan.ts";
import type { NodeKind } from "./node.ts";

export const awaitNode: NodeKind<PlanAwait> = {
  states: none,
  effects: none,
  records: none,
};

function none({ kind }: PlanAwait): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
