import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { groupsOf } from "./lib/groups.ts";

/** A `parallel` without branches, or a branch without statements. */
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
    for (const { node, branches } of groupsOf(program)) {
      if (branches.length === 0 && !node.broken) report(headSpan(node), { what: "`parallel`" });
      for (const branch of branches) {
        if (branch.node.kind !== "branch" || branch.node.broken || branch.node.block.broken) continue;
        if (branch.body.length === 0) report(branch.node.name?.span ?? headSpan(branch.node), { what: "branch" });
      }
    }
  },
);
