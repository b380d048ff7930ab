import { implement, openStore } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { cluster, LEASE_MS } from "../kit/cluster.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";

test("a call that was under way is marked as a repeat also where the worker between was told to stop as it took over", async () => {
  const { calls, steps } = orderWorld({ orders: { createOrder: () => new Promise(() => undefined) } });
  let stop = (): void => undefined;
  const c = await cluster(
    async (clock) =>
      observeStore(await openStore("memory:", { clock, partitions: 2 }), {
        // Between its reading of a saga and its commit.
        after: ({ operation }) => (operation === "load" ? stop() : undefined),
      }),
    () => [implement(placeOrder, steps)],
  );
  const [first, second] = [await c.join(), await c.join()];
  await c.pass(LEASE_MS);
  for (let n = 1; n <= 8; n++) await c.through(c.client.start(placeOrder, { id: `saga-${n * 7}`, input: orderInput() }));
  await c.pass(100);
  expect([first.worker.callsInFlight > 0, second.worker.callsInFlight > 0]).toEqual([true, true]);
  const underWay = first.worker.callsInFlight;
  first.kill();
  stop = () => void second.worker.stop();
  const before = c.written.length;
  await c.through(second.worker.stopped);
  expect(c.written.slice(before).map(({ worker }) => worker)).toContain(second.id);
  stop = () => undefined;
  const third = await c.join();
  await c.until("all are called again", () => calls.filter(({ redelivered }) => redelivered).length >= underWay, LEASE_MS);
  const unmarked = calls.filter(({ redelivered }) => !redelivered).map(({ key, attempt }) => `${key} ${attempt}`);
  expect(new Set(unmarked).size).toBe(unmarked.length);
  third.kill();
  await c.close();
});
