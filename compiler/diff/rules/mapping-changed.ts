import { usesOf } from "../lib/operations.ts";
import { match, same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const mappingChanged: ChangeRule = {
  code: "SAGA8041",
  slug: "mapping-changed",
  classes: ["behaviour"],
  message: "In `{saga}` {what} is worked out in another way.",
  note: "The types may be the same, and the values are others.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both } = match(usesOf(before), usesOf(after), ({ step, role }) => `${step.name} ${role}`);
    const calls = both
      .filter(([was, is]) => was.operation === is.operation && !same(was.call.input, is.call.input))
      .map(([, is]) => ({ values: { what: `the input of \`${is.operation}\`` }, at: is.call.span }));
    const lets = match(before.lets, after.lets, ({ name }) => name).both.filter(([was, is]) => !same(was.value, is.value));
    const tags = match(before.tags, after.tags, ({ name }) => name).both.filter(([was, is]) => !same(was.value, is.value));
    const output = before.output !== null && after.output !== null && !same(before.output.value, after.output.value);
    return [
      ...calls,
      ...lets.map(([, { name }]) => ({ values: { what: `\`${name}\`` }, at: null })),
      ...tags.map(([, { name }]) => ({ values: { what: `the tag \`${name}\`` }, at: null })),
      ...(output ? [{ values: { what: "the output" }, at: null }] : []),
    ];
  },
};
