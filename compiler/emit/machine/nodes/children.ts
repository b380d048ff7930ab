import { CompilerBug } from "../../../bug.ts";
import type { PlanForeach, PlanRepeat, PlanSubSaga, UndoChildNode } from "../../../plan/plan.ts";
import type { NodeKind, UndoKind } from "./node.ts";

export const childNode: NodeKind<PlanForeach | PlanRepeat | PlanSubSaga> = {
  states: none,
  effects: none,
  records: none,
};

export const childUndo: UndoKind<UndoChildNode> = {
  states: none,
  effects: none,
};

function none({ kind }: { readonly kind: string }): never {
  throw new CompilerBug(`a ${kind} has no machine`);
}
