import { changedNodes } from "../lib/nodes.ts";
import { outcomeFacts } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const loopChanged: ChangeRule = {
  code: "SAGA8044",
  slug: "loop-changed",
  classes: ["behaviour"],
  message: "A loop of `{saga}`: {what}.",
  note: "What it goes over, how often, how much of it at once, and what a failure does.",
  help: "Nothing, if it is meant.",
  find(pair) {
    return changedNodes(pair, ["foreach", "repeat"], (node) =>
      node.kind === "foreach"
        ? [node.kind, node.list, node.where, node.max, node.onFailure]
        : [node.kind, node.max, node.everyMs, node.until, outcomeFacts(node.otherwise)],
    );
  },
};
