import { nodesIn } from "../../plan/nodes.ts";
import type { MachineModel } from "./model.ts";
import { kindOf } from "./nodes/index.ts";
import type { NodeTables, Pen, RecordModel } from "./nodes/node.ts";

/** Every record of a machine, in the order of its nodes. */
export function recordsOf(model: MachineModel): readonly RecordModel[] {
  return nodesIn(model.unit.forward).flatMap((node) => kindOf(node).records(node, model));
}

/** What the nodes add to the tables that an engine reads. */
export function tablesOf(pen: Pen): Required<NodeTables> {
  const all = nodesIn(pen.model.unit.forward).map((node) => kindOf(node).tables?.(node, pen) ?? {});
  return {
    calls: all.flatMap(({ calls = [] }) => calls),
    actors: all.flatMap(({ actors = [] }) => actors),
    waits: all.flatMap(({ waits = [] }) => waits),
    delays: all.flatMap(({ delays = [] }) => delays),
  };
}
