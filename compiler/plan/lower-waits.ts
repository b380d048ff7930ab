import { CompilerBug } from "../bug.ts";
import type { FlowAwait, FlowSleep } from "../check/flow-nodes.ts";
import type { LowerPlace } from "./lower-context.ts";
import type { NodeLowering } from "./lower-nodes.ts";
import type { PlanNode } from "./plan.ts";

export function lowerAwait(_lowering: NodeLowering, node: FlowAwait, _place: LowerPlace): PlanNode {
  throw new CompilerBug(`a statement of kind ${node.node.kind} has no plan`);
}

export function lowerSleep(_lowering: NodeLowering, node: FlowSleep, _place: LowerPlace): PlanNode {
  throw new CompilerBug(`a statement of kind ${node.node.kind} has no plan`);
}
