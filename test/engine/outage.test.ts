import { createClient, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { CountedIds, observeStore, SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { until } from "../kit/until.ts";

test("after an outage longer than a step's time-out the call is delivered again at once, with all of its time", async () => {
  const clock = new VirtualClock();
  // The overdue timers are there before the saga is read.
  const store = observeStore(await openStore("memory:", { clock }), {
    after: (call) => (call.operation === "load" ? turns(20) : undefined),
  });
  const world = orderWorld({
    orders: {
      createOrder: (_, ctx) => (ctx.redelivered ? { createdAt: "2026-01-01T00:00:00Z" } : untilAborted(ctx.signal)),
    },
  });
  const ports = { clock, ids: new CountedIds(), random: new SeededRandom(1) };
  const options = { store, sagas: [orderImplementation(world)], handleSignals: false, log: silentLogger, graceMs: 0, ...ports };
  const first = await startWorker(options);
  const order = await createClient({ store, clock }).start(placeOrder, { id: "order-1", input: orderInput() });
  await until("the order is being created", () => world.calls.length === 1);
  const stopping = first.stop();
  clock.advanceBy(0);
  await stopping;

  clock.advanceBy(60_000);
  const second = await startWorker(options);
  // Time stands still, so that whatever waits for a timer does not happen; what is overdue is looked for all the same.
  const ended = async (): Promise<boolean> => {
    clock.advanceBy(0);
    return (await order.status()).status !== "running";
  };
  await until("the order has ended", ended);
  const history = (await order.history()).map(({ record }) => record);
  expect(history.filter((record) => record.type === "timer" || record.type === "aborted")).toEqual([]);
  expect(world.calls[1]).toMatchObject({ operation: "orders.createOrder", attempt: 1, redelivered: true });
  expect((await order.result()).status).toBe("completed");
  await second.stop();
  await store.close();
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
