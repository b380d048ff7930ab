import type { FlowParallel, FlowRace } from "../../flow-nodes.ts";
import { nodesOf } from "../../nodes.ts";
import type { CheckedProgram } from "../../program.ts";

/** Every `parallel` and `race` of every saga, outer ones first. */
export function groupsOf(program: CheckedProgram): (FlowParallel | FlowRace)[] {
  return program.sagas.flatMap(nodesOf).filter((node) => node.kind === "parallel" || node.kind === "race");
}
