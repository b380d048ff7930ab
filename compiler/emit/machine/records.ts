import { nodesIn } from "../../plan/nodes.ts";
import type { MachineModel } from "./model.ts";
import { kindOf } from "./nodes/index.ts";
import type { RecordModel } from "./nodes/node.ts";

/** Every record of a machine, in the order of its nodes. */
export function recordsOf(model: MachineModel): readonly RecordModel[] {
  return nodesIn(model.unit.forward).flatMap((node) => kindOf(node).records(node, model));
}
