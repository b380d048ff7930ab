import { describe, expect, it } from "vitest";
import type { Plan } from "../../compiler/plan/plan.ts";
import { placeOrder } from "../machine/order-plan.ts";
import { type Part, sagaPlan } from "../machine/plans.ts";
import { after, ONCE, pivot, step, TWICE, walk } from "./kit.ts";

/** Every law holds on machines of every shape; the counts are written down, so that a walk that sees less is noticed. */
const PLANS: Readonly<Record<string, readonly [saga: Plan | readonly Part[], states: number, transitions: number]>> = {
  "one step": [[step("a")], 110, 637],
  "one step, called once": [[step("a", { retry: ONCE, throws: [] })], 99, 548],
  "a budget of twenty, as many states as of four": [[step("a", { retry: { ...TWICE, attempts: 20 } })], 119, 710],
  "a budget of four": [[step("a", { retry: { ...TWICE, attempts: 4 } })], 119, 710],
  "a sequence": [[step("a"), step("b", { service: "safe" }), step("c", { retry: ONCE })], 1023, 11254],
  "steps that need no undo": [[step("a", { kind: "readonly" }), step("b"), step("c", { undo: false })], 291, 2381],
  inquiries: [[step("a", { inquire: { retry: TWICE } }), step("b", { retry: ONCE, inquire: { retry: ONCE } })], 492, 5146],
  "an undo that is tried once": [
    [step("a", { undo: { retry: ONCE } }), step("b", { undo: { retry: { ...TWICE, attempts: null } } })],
    211,
    1717,
  ],
  "a group": [[[[step("a")], [step("b", { retry: ONCE })]], step("c", { retry: ONCE, throws: [] })], 3208, 47369],
  "a pivot": [[step("a"), pivot("p"), after("z")], 187, 1564],
  "a pivot that is asked": [
    [step("a"), pivot("p", { inquire: { retry: TWICE } }), after("z", { inquire: { retry: TWICE } })],
    243,
    2544,
  ],
  "a pivot that gives up": [
    [step("a"), pivot("p", { retry: TWICE }), after("z", { retry: TWICE, throws: ["Refused"] })],
    207,
    1788,
  ],
  "a pivot that both gives up and is asked": [[step("a"), pivot("p", { retry: TWICE, inquire: { retry: ONCE } })], 231, 2004],
  "a fenced pivot before a group": [
    [pivot("p", { service: "fenced" }), [[after("x")], [after("y", { throws: ["Refused"] })]]],
    139,
    1523,
  ],
  "the order": [placeOrder(), 6647, 114708],
};

describe.each(Object.entries(PLANS))("%s", (_, [saga, states, transitions]) => {
  // The order takes ten seconds.
  it("keeps every law, in a walk over all its states", { timeout: 300_000 }, async () => {
    const result = await walk("schema" in saga ? saga : sagaPlan({ parts: saga }));
    expect(result.broken).toEqual([]);
    expect(result.coverage).toEqual({ complete: true });
    expect(result.ends.completed).toBeGreaterThan(0);
    expect(result.ends.compensated).toBeGreaterThan(0);
    expect(result.parked).toBeGreaterThan(0);
    expect([result.states, result.transitions]).toEqual([states, transitions]);
  });
});
