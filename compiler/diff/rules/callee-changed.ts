import { changedNodes } from "../lib/nodes.ts";
import { outcomeFacts } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const calleeChanged: ChangeRule = {
  code: "SAGA8046",
  slug: "callee-changed",
  classes: ["behaviour"],
  message: "A called saga of `{saga}`: {what}.",
  note: "Which saga is called, at which version, with what, and what its failure does.",
  help: "Nothing, if it is meant.",
  find(pair) {
    return changedNodes(pair, ["call"], ({ name, saga, version, input, retry, onFailure }) => [
      name,
      saga,
      version,
      input,
      retry,
      outcomeFacts(onFailure),
    ]);
  },
};
