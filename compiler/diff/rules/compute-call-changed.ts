import { changedNodes } from "../lib/nodes.ts";
import type { ChangeRule } from "../rule.ts";

export const computeCallChanged: ChangeRule = {
  code: "SAGA8047",
  slug: "compute-call-changed",
  classes: ["behaviour"],
  message: "A compute of `{saga}`: {what}.",
  note: "Which function is called, and with what.",
  help: "Nothing, if it is meant.",
  find(pair) {
    return changedNodes(pair, ["compute"], ({ compute, input }) => [compute, input]);
  },
};
