import { changedNodes } from "../lib/nodes.ts";
import type { ChangeRule } from "../rule.ts";

export const conditionChanged: ChangeRule = {
  code: "SAGA8042",
  slug: "condition-changed",
  classes: ["behaviour"],
  message: "A condition of `{saga}`: {what}.",
  note: "It decides which way a saga takes.",
  help: "Nothing, if it is meant.",
  find(pair) {
    return changedNodes(pair, ["if"], ({ arms }) => arms.map(({ condition }) => condition));
  },
};
