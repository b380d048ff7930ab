import { usesOf } from "../lib/operations.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const operationAdded: ChangeRule = {
  code: "SAGA8020",
  slug: "operation-added",
  classes: ["source"],
  message: "`{saga}` calls `{operation}`, which it did not call.",
  note: "Its steps file lacks a handler, and does not compile.",
  help: "Run `sagac build`, which adds a stub, and fill it in. The service must have it before this version runs.",
  find({ before, after }) {
    const { added } = match(usesOf(before), usesOf(after), ({ operation }) => operation);
    const first = new Map(added.toReversed().map((use) => [use.operation, use]));
    return [...first.values()].map(({ operation, call }) => ({ values: { operation }, at: call.span }));
  },
};
