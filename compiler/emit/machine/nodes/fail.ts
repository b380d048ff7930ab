import { CompilerBug } from "../../../bug.ts";
import type { PlanFail } from "../../../plan/plan.ts";
import type { NodeKind } from "./node.ts";

export const failNode: NodeKind<PlanFail> = {
  states: none,
  effects: none,
  records: none,
};

function none({ kind }: PlanFail): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
