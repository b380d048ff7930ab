import { usesOf } from "../lib/operations.ts";
import { match, same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const keyChanged: ChangeRule = {
  code: "SAGA8040",
  slug: "key-changed",
  classes: ["behaviour"],
  message: "In `{saga}` `{step}` is called under another key.",
  note: "A participant knows a repeat by its key: under another one it takes the call for a new one.",
  help: "Be sure that no other saga, or version, counts on the old key for the same effect.",
  find({ before, after }) {
    const { both } = match(usesOf(before), usesOf(after), ({ step, role }) => `${step.name} ${role}`);
    return both
      .filter(([was, is]) => !same(was.call.key, is.call.key))
      .map(([, { step, call }]) => ({ values: { step: step.name }, at: call.span }));
  },
};
