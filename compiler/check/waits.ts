import type { AwaitAnyNode, AwaitNode, SleepNode } from "../ast/nodes.ts";
import type { FlowNode } from "./flow-nodes.ts";
import type { Place, SagaScope } from "./reading.ts";
import type { FlowState } from "./state.ts";

export function checkAwait(_saga: SagaScope, node: AwaitNode | AwaitAnyNode, _place: Place, _state: FlowState): FlowNode {
  return { kind: "opaque", node };
}

export function checkSleep(_saga: SagaScope, node: SleepNode, _place: Place, _state: FlowState): FlowNode {
  return { kind: "opaque", node };
}
