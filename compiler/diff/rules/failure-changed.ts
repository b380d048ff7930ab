import { changedNodes } from "../lib/nodes.ts";
import type { ChangeRule } from "../rule.ts";

export const failureChanged: ChangeRule = {
  code: "SAGA8048",
  slug: "failure-changed",
  classes: ["behaviour"],
  message: "A `fail` of `{saga}`: {what}.",
  note: "It decides with which error the saga ends, and what that carries.",
  help: "Nothing, if it is meant.",
  find(pair) {
    return changedNodes(pair, ["fail"], ({ failure }) => failure);
  },
};
