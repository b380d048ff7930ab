import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { groupsOf } from "./lib/groups.ts";

/** A `parallel` with a single branch. */
export const loneBranch = defineRule(
  {
    code: "SAGA2019",
    slug: "lone-branch",
    severity: "warning",
    message: "This `{group}` has a single branch, so nothing runs beside it.",
    note: "Every statement directly in it is a branch of its own.",
    help: "Remove the `{group}`, or give it a second branch.",
  },
  (program, report) => {
    for (const { node, branches } of groupsOf(program))
      if (branches.length === 1 && !node.broken) report(headSpan(node), { group: node.kind });
  },
);
