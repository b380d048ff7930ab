import { CompilerBug } from "../../../bug.ts";
import type { PlanSleep } from "../../../plan/plan.ts";
import type { NodeKind } from "./node.ts";

export const sleepNode: NodeKind<PlanSleep> = {
  states: none,
  effects: none,
  records: none,
};

function none({ kind }: PlanSleep): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
