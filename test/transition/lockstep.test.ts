import { describe, expect, it } from "vitest";
import { compileTransition } from "../../runtime/transition/compile.ts";
import { placeOrder } from "../machine/order-plan.ts";
import { sagaPlan } from "../machine/plans.ts";
import { ONCE, step } from "../verify/kit.ts";
import { examples, walkBoth } from "./walks.ts";

// A sample; `npm run lockstep` walks further, and every construct and made-up programs too.

describe("The compiled transition comes to the same states as XState, key by key", () => {
  it.each([...examples()])("%s", async (_, plans) => {
    const { differences, compared } = await walkBoth(plans, { maxStates: 12 });
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(50);
  });

  it("in groups in groups", async () => {
    const plan = sagaPlan({
      parts: [[[[[step("a", { retry: ONCE })], [step("b", { retry: ONCE })]]], [step("c", { retry: ONCE })]]],
    });
    const { differences } = await walkBoth([plan, placeOrder()], { maxStates: 40 });
    expect(differences).toEqual([]);
  });
});

describe("A machine that no compiler of sagas wrote", () => {
  const machine = (config: object): unknown => ({
    root: { id: "m", key: "m", type: "compound", states: {}, config, invoke: [], transitions: new Map(), initial: {} },
    config: {},
    implementations: { guards: {}, actions: {} },
  });

  it.each([
    ["with exit actions", machine({ exit: "x" }), /exit actions/],
    ["of a type that is not known", { ...(machine({}) as object), root: { type: "history" } }, /root/],
  ])("%s is refused by name", (_, unknown, why) => {
    expect(() => compileTransition(unknown)).toThrow(why);
  });
});
