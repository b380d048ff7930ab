import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { groupsOf } from "./lib/groups.ts";

/** More branches than a machine can have regions and still be explored. */
export const tooManyBranches = defineRule(
  {
    code: "SAGA2020",
    slug: "too-many-branches",
    severity: "error",
    message: "This `{group}` has {count} branches; at most {limit} are allowed.",
    note: "Each branch is a region of the saga's state machine.",
    help: "Do like work in one step that takes a list, or put several statements into one branch.",
  },
  (program, report) => {
    for (const { node, branches } of groupsOf(program))
      if (branches.length > BRANCH_LIMIT)
        report(headSpan(node), { group: node.kind, count: branches.length, limit: BRANCH_LIMIT });
  },
);

const BRANCH_LIMIT = 64;
