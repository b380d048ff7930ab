import { changedNodes } from "../lib/nodes.ts";
import { outcomeFacts } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const waitChanged: ChangeRule = {
  code: "SAGA8043",
  slug: "wait-changed",
  classes: ["behaviour"],
  message: "A wait of `{saga}`: {what}.",
  note: "What is waited for, how long, and what happens when it does not come.",
  help: "Nothing, if it is meant.",
  find(pair) {
    return changedNodes(pair, ["await", "sleep"], (node) =>
      node.kind === "sleep"
        ? [node.kind, node.limit]
        : [
            node.kind,
            node.limit,
            outcomeFacts(node.onTimeout),
            node.cases.map(({ name, signal, where }) => [name, signal, where]),
          ],
    );
  },
};
