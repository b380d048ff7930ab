import { usesOf } from "../lib/operations.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const operationRemoved: ChangeRule = {
  code: "SAGA8021",
  slug: "operation-removed",
  classes: ["source"],
  message: "`{saga}` no longer calls `{operation}`.",
  note: "Its handler in the steps file is one too many, and does not compile there.",
  help: "Move it to where the handlers of the old version are, until that is retired.",
  find({ before, after }) {
    const { removed } = match(usesOf(before), usesOf(after), ({ operation }) => operation);
    return [...new Set(removed.map(({ operation }) => operation))].map((operation) => ({ values: { operation }, at: null }));
  },
};
