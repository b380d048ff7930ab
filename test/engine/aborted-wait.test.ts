import { getEventListeners } from "node:events";
import { createClient, openStore, type Store } from "@sagac/runtime";
import { faultyStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { orderInput, placeOrder } from "../kit/order.ts";

async function waitingOrder(store: Store) {
  return await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
}

test("whoever waits for a result may give up: the wait ends with the signal's reason, and leaves nothing behind", async () => {
  const store = await openStore("memory:");
  const order = await waitingOrder(store);
  const user = new AbortController();
  const waits = [order.result({ signal: user.signal }), order.result({ signal: user.signal, timeout: "1h" })];
  user.abort(new Error("the user has gone"));
  for (const wait of waits) await expect(wait).rejects.toThrow("the user has gone");
  expect(getEventListeners(user.signal, "abort")).toEqual([]);
  await expect(order.result({ signal: user.signal }), "an aborted signal").rejects.toThrow("the user has gone");
  await expect(order.result({ signal: AbortSignal.timeout(1) })).rejects.toMatchObject({ name: "TimeoutError" });
  await expect(order.result({ signal: new AbortController().signal, timeout: 0 })).rejects.toMatchObject({ code: "RT1008" });
  await store.close();
});

test("also while the store does not answer", async () => {
  const store = await openStore("memory:");
  const order = await waitingOrder(faultyStore(store, ({ operation }) => (operation === "load" ? "unreachable" : null)));
  const user = new AbortController();
  const wait = order.result({ signal: user.signal });
  user.abort("gone");
  await expect(wait).rejects.toBe("gone");
  await store.close();
});
