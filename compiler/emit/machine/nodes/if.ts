import { CompilerBug } from "../../../bug.ts";
import type { PlanIf } from "../../../plan/plan.ts";
import type { NodeKind } from "./node.ts";

export const ifNode: NodeKind<PlanIf> = {
  states: none,
  effects: none,
  records: none,
};

function none({ kind }: PlanIf): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
