import { CompilerBug } from "../../../bug.ts";
import type { PlanTry } from "../../../plan/plan.ts";
import type { NodeKind } from "./node.ts";

export const tryNode: NodeKind<PlanTry> = {
  states: none,
  effects: none,
  records: none,
};

function none({ kind }: PlanTry): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
