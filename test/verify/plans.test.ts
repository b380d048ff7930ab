import { describe, expect, it } from "vitest";
import type { Plan } from "../../compiler/plan/plan.ts";
import { placeOrder } from "../machine/order-plan.ts";
import { type Part, sagaPlan } from "../machine/plans.ts";
import { after, ONCE, pivot, step, TWICE, walk } from "./kit.ts";

/** Every law holds on machines of every shape; the counts are written down, so that a walk that sees less is noticed. */
const PLANS: Readonly<Record<string, readonly [saga: Plan | readonly Part[], states: number, transitions: number]>> = {
  "one step": [[step("a")], 101, 562],
  "one step, called once": [[step("a", { retry: ONCE, throws: [] })], 93, 504],
  "a budget of twenty, as many states as of four": [[step("a", { retry: { ...TWICE, attempts: 20 } })], 107, 610],
  "a budget of four": [[step("a", { retry: { ...TWICE, attempts: 4 } })], 107, 610],
  "a sequence": [[step("a"), step("b", { service: "safe" }), step("c", { retry: ONCE })], 999, 10958],
  "steps that need no undo": [[step("a", { kind: "readonly" }), step("b"), step("c", { undo: false })], 264, 2102],
  inquiries: [[step("a", { inquire: { retry: TWICE } }), step("b", { retry: ONCE, inquire: { retry: ONCE } })], 474, 4924],
  "an undo that is tried once": [
    [step("a", { undo: { retry: ONCE } }), step("b", { undo: { retry: { ...TWICE, attempts: null } } })],
    193,
    1531,
  ],
  "a group": [[[[step("a")], [step("b", { retry: ONCE })]], step("c", { retry: ONCE, throws: [] })], 3103, 45864],
  "a pivot": [[step("a"), pivot("p"), after("z")], 178, 1471],
  "a pivot that is asked": [
    [step("a"), pivot("p", { inquire: { retry: TWICE } }), after("z", { inquire: { retry: TWICE } })],
    234,
    2433,
  ],
  "a pivot that gives up": [
    [step("a"), pivot("p", { retry: TWICE }), after("z", { retry: TWICE, throws: ["Refused"] })],
    198,
    1695,
  ],
  "a pivot that both gives up and is asked": [[step("a"), pivot("p", { retry: TWICE, inquire: { retry: ONCE } })], 222, 1911],
  "a fenced pivot before a group": [
    [pivot("p", { service: "fenced" }), [[after("x")], [after("y", { throws: ["Refused"] })]]],
    139,
    1523,
  ],
  "the order": [placeOrder(), 6041, 103412],
};

describe.each(Object.entries(PLANS))("%s", (_, [saga, states, transitions]) => {
  it("keeps every law, in a walk over all its states", { timeout: 120_000 }, async () => {
    const result = await walk("schema" in saga ? saga : sagaPlan({ parts: saga }));
    expect(result.broken).toEqual([]);
    expect(result.coverage).toEqual({ complete: true });
    expect(result.ends.completed).toBeGreaterThan(0);
    expect(result.ends.compensated).toBeGreaterThan(0);
    expect(result.parked).toBeGreaterThan(0);
    expect([result.states, result.transitions]).toEqual([states, transitions]);
  });
});
