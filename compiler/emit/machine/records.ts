import { type MachineModel, nodesOf } from "./model.ts";
import { kindOf } from "./nodes/index.ts";
import type { NodeTables, Pen, RecordModel } from "./nodes/node.ts";

/** Every record of a machine, in the order of its nodes. */
export function recordsOf(model: MachineModel): readonly RecordModel[] {
  return nodesOf(model).flatMap((node) => kindOf(node).records(node, model));
}

/** What the nodes add to the tables that an engine reads. */
export function tablesOf(pen: Pen): Required<NodeTables> {
  const all = nodesOf(pen.model).map((node) => kindOf(node).tables?.(node, pen) ?? {});
  return {
    calls: all.flatMap(({ calls = [] }) => calls),
    // Several nodes may call one compute.
    actors: [...new Map(all.flatMap(({ actors = [] }) => actors).map((actor) => [actor.name, actor])).values()],
    waits: all.flatMap(({ waits = [] }) => waits),
    delays: all.flatMap(({ delays = [] }) => delays),
    conditions: all.flatMap(({ conditions = [] }) => conditions),
    failures: all.flatMap(({ failures = [] }) => failures),
  };
}
