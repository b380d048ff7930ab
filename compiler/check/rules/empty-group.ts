import type { FlowBlock, FlowNode } from "../flow-nodes.ts";
import { blocksOf, nodesOf } from "../nodes.ts";
import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { groupsOf } from "./lib/groups.ts";

/** A `parallel` or `race` without branches, an `await any` without cases, a branch or block without statements. */
export const emptyGroup = defineRule(
  {
    code: "SAGA2018",
    slug: "empty-group",
    severity: "error",
    message: "This {what} is empty.",
    note: null,
    help: "Put a step into it, or remove it.",
  },
  (program, report) => {
    for (const { node, branches } of groupsOf(program))
      if (branches.length === 0 && !node.broken) report(headSpan(node), { what: `\`${node.kind}\`` });
    for (const each of program.sagas.flatMap(nodesOf))
      if (each.kind === "await" && each.cases.length === 0 && !each.node.broken)
        report(headSpan(each.node), { what: "`await any`" }, { help: "Say what it waits for: `on approved { … }`." });
    for (const saga of program.sagas) {
      const { completed, compensated } = saga.endings;
      for (const { node, body } of [
        ...nodesOf(saga).flatMap(blocksThatMatter),
        ...[completed, compensated].filter((block) => block !== null),
      ]) {
        if (body.length > 0) continue;
        // What could not be read may have stood there.
        if (node.kind === "branch" && !node.broken && !node.block.broken)
          report(node.name?.span ?? headSpan(node), { what: "branch" });
        if (node.kind === "block" && !node.broken && !node.statements.some(({ kind }) => kind === "output"))
          report(node.span, { what: "block" });
      }
    }
  },
);

/** The signal may be all that the case of a wait is about. */
function blocksThatMatter(node: FlowNode): readonly FlowBlock[] {
  if (node.kind !== "await") return blocksOf(node);
  const cases = new Set(node.cases.map(({ block }) => block));
  return blocksOf(node).filter((block) => !cases.has(block));
}
