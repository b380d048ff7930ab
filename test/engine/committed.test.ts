import { expect, test } from "vitest";
import { commit } from "../../runtime/engine/committed.ts";
import type { Draft } from "../../runtime/engine/draft.ts";
import { differences, effectsOf } from "../../runtime/engine/effects.ts";
import { type MemberState, newFamily, newMember } from "../../runtime/engine/family.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

const none = { waits: new Map(), lateUndos: [], failures: {}, undelivered: [], records: 1, retries: 0 };

test("what a state changed is kept for its commit and no longer: nothing keeps the state before it", () => {
  const { unit } = orderImplementation(orderWorld());
  const state = unit.transition.initial({ input: orderInput(), seed: 1 });
  const before = effectsOf(placeOrder, state);
  const after = effectsOf(placeOrder, state, before);
  const family = newFamily("order-1", "idle");
  const standing = (effects: typeof before): MemberState => ({ standing: { state, effects }, ...none });
  family.members.set("order-1", newMember("order-1", unit, 1, standing(before)));
  const found = differences(before, after);
  expect(differences(before, after)).toBe(found);
  const empty = { kept: new Map(), items: new Map(), runs: new Map(), cursors: new Map(), parts: [] };
  commit(family, { members: new Map([["order-1", standing(after)]]), ...empty } as unknown as Draft, 0);
  expect(family.members.get("order-1")?.state.standing.effects).toBe(after);
  expect(differences(before, after)).not.toBe(found);
});
