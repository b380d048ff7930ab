import { placesOf, type Relation, relationOf } from "../lib/order.ts";
import type { ChangeRule } from "../rule.ts";

export const orderChanged: ChangeRule = {
  code: "SAGA8032",
  slug: "order-changed",
  classes: ["behaviour"],
  message: "In `{saga}` `{one}` {was} `{other}`, and now {is} it{more}.",
  note: "What a step can rely on, and in which order effects are undone, follows from the order.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const [old, now] = [placesOf(before), placesOf(after)];
    const names = [...now.keys()].filter((name) => old.has(name));
    const relation = (places: typeof old, one: string, other: string): Relation =>
      relationOf(places.get(one) ?? [], places.get(other) ?? []);
    const changed = names.flatMap((one, at) =>
      names.slice(at + 1).flatMap((other) => {
        const [was, is] = [relation(old, one, other), relation(now, one, other)];
        return was === is ? [] : [{ one, other, was: WORDS[was], is: WORDS[is] }];
      }),
    );
    const [first] = changed;
    if (first === undefined) return [];
    const more = changed.length === 1 ? "" : `, and ${changed.length - 1} more`;
    const at = after.steps.find(({ name }) => name === first.one)?.span ?? null;
    return [{ values: { ...first, more }, at }];
  },
};

const WORDS: Readonly<Record<Relation, string>> = {
  before: "came before",
  after: "came after",
  beside: "ran side by side with",
  either: "was on another way than",
};
