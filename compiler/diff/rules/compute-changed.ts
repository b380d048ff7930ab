import { factsOf, match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const computeChanged: ChangeRule = {
  code: "SAGA8025",
  slug: "compute-changed",
  classes: ["source"],
  message: "The compute `{compute}` of `{saga}` {what}.",
  note: "Its function in the steps file does not compile, or is one too many.",
  help: "Change the function; give the old version its own until it is retired.",
  find({ before, after }) {
    const { both, removed, added } = match(before.computes, after.computes, ({ name }) => name);
    const signature = ({ parameters, result }: (typeof before.computes)[number]): string => factsOf([parameters, result]);
    const changed = both.flatMap(([was, is]) => (signature(was) === signature(is) ? [] : [is]));
    const say = (what: string) => (compute: { readonly name: string }) => ({ values: { compute: compute.name, what }, at: null });
    return [...added.map(say("is new")), ...removed.map(say("is gone")), ...changed.map(say("takes or answers something else"))];
  },
};
