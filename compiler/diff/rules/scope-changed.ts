import { changedNodes } from "../lib/nodes.ts";
import { outcomeFacts } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const scopeChanged: ChangeRule = {
  code: "SAGA8045",
  slug: "scope-changed",
  classes: ["behaviour"],
  message: "What fails together in `{saga}`: {what}.",
  note: "It decides how much is undone when something fails.",
  help: "Nothing, if it is meant.",
  find(pair) {
    return changedNodes(pair, ["parallel", "race", "try"], (node) =>
      node.kind === "try"
        ? [node.kind, node.timeoutMs, outcomeFacts(node.otherwise)]
        : [node.kind, node.branches.length, node.kind === "parallel" ? node.onFailure : null],
    );
  },
};
