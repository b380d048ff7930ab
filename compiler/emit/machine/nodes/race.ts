import { CompilerBug } from "../../../bug.ts";
import type { PlanRace } from "../../../plan/plan.ts";
import type { NodeKind } from "./node.ts";

export const raceNode: NodeKind<PlanRace> = {
  states: none,
  effects: none,
  records: none,
};

function none({ kind }: PlanRace): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
