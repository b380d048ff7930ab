import type { Case } from "./cases.ts";

const E = { error: "E" } as const;
const step = (name: string, clauses = ""): string => `step ${name} on s { ${clauses} compensate undo_${name} }`;
const LIST = { input: { l: [1, 2, 3] } } as const;
const INPUT = "input { l: int[] }";
const CHILD = `saga Child { timeout 1h input { n: int } step c on s { input { input.n } output { x: int } throws E compensate undo_c } output { c.x } }`;
const thrice = (name: string): readonly string[] => Array<string>(3).fill(name);

/** What runs as instances of its own: items, rounds, called sagas. */
export const CHILDREN: Readonly<Record<string, Case>> = {
  "foreach: once for each item, and each is undone when the saga turns back": {
    text: `${INPUT} foreach i in input.l as r max 1 where i != 2 { ${step("a", "input { i } output { x: int }")} } ${step("b", "input { sum: sum(r[].x) } throws E")}`,
    options: { ...LIST, s: { b: E } },
    ends: "compensated",
    failure: "E",
    calls: ["a", "a", "b", "undo_a", "undo_a"],
  },
  "foreach: an item that fails turns the whole back": {
    text: `${INPUT} foreach i in input.l max 1 { ${step("a", "input { i } throws E")} }`,
    options: { ...LIST, s: { a: ["success", E] } },
    ends: "compensated",
    failure: "E",
    calls: ["a", "a", "undo_a"],
  },
  "foreach on failure wait: those that run come to their end": {
    text: `${INPUT} foreach i in input.l on failure wait { ${step("a", "input { i } throws E")} }`,
    options: { ...LIST, s: { a: [E, { outcome: "success", after: "10s" }, { outcome: "success", after: "5s" }] } },
    ends: "compensated",
    failure: "E",
    calls: [...thrice("a"), "undo_a", "undo_a"],
  },
  "foreach on failure continue: an item is undone alone, and the results say so": {
    text: `${INPUT} foreach i in input.l as r max 1 on failure continue { ${step("a", "input { i }")} ${step("b", "input { i } throws E")} } output { how: r[].status }`,
    options: { ...LIST, s: { b: ["success", E] } },
    ends: "completed",
    output: { how: ["completed", "compensated", "completed"] },
    calls: ["a", "b", "a", "b", "undo_a", "a", "b"],
  },
  "repeat: until the condition holds, with a pause between rounds": {
    text: `repeat max 5 every 1m { readonly step a on s { output { x: int } } } until a.x > 1 output { a.x }`,
    options: { s: { a: [{ output: { x: 0 } }, { output: { x: 1 } }, { output: { x: 2 } }] } },
    ends: "completed",
    output: { x: 2 },
    calls: thrice("a"),
    between: [120_000, 121_000],
  },
  "repeat: rounds spent, and what they did is undone": {
    text: `repeat max 3 { ${step("a", "output { x: int }")} } until a.x > 1`,
    options: { s: { a: { output: { x: 0 } } } },
    ends: "compensated",
    failure: "RoundsExhausted",
    calls: [...thrice("a"), ...thrice("undo_a")],
  },
  "call: another saga, undone as a whole": {
    before: CHILD,
    text: `call Child as k { input { n: 1 } } ${step("b", "input { k.x } throws E")}`,
    options: { s: { b: E } },
    ends: "compensated",
    failure: "E",
    calls: ["c", "b", "undo_c"],
  },
  "call: its error by `on E`, with attempts of its own": {
    before: CHILD,
    text: `call Child as k { input { n: 1 } on E retry 2 backoff 1m then continue } output { x: k.x ?? 0 }`,
    options: { s: { c: E } },
    ends: "completed",
    output: { x: 0 },
    calls: ["c", "c"],
    between: [60_000, 61_000],
  },
  "call: any other end by `retry`, then `on failure`": {
    before: CHILD.replace("throws E", "retry none"),
    text: `call Child { input { n: 1 } retry 2 backoff 1m on failure { ${step("b")} } }`,
    options: { s: { c: "unknown" } },
    ends: "completed",
    calls: ["c", "undo_c", "c", "undo_c", "b"],
  },
  "call: without a word its failure is the caller's": {
    before: CHILD,
    text: `${step("a")} call Child { input { n: 1 } }`,
    options: { s: { c: E } },
    ends: "compensated",
    failure: "E",
    calls: ["a", "c", "undo_a"],
  },
};
