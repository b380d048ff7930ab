import { implement, type Logger, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";

test("what is asked of a saga that has not begun waits for its start, also when it is read for a timer that is due", async () => {
  const { steps } = orderWorld({ orders: { createOrder: () => new Promise(() => undefined) } });
  const sagas = [implement(placeOrder, steps)];
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 1 }),
    () => sagas,
  );
  const first = await c.join();
  // Its call times out, so that a timer is due when the next worker comes.
  await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await c.pass(100);
  first.kill();
  const second = await c.through(c.client.start(placeOrder, { id: "order-2", input: orderInput() }));
  const cancelled = second.cancel({ timeout: "10m" });
  await c.pass(60_000);

  // That worker reads what is due before it reads what was under way.
  const asked = Promise.withResolvers<void>();
  const store = observeStore(c.store, {
    before: ({ operation }) => (operation === "active" ? asked.promise : undefined),
    after: ({ operation }) => {
      if (operation === "pending") asked.resolve();
    },
  });
  const errors: string[] = [];
  const log: Logger = { ...silentLogger, error: (message) => void errors.push(message) };
  const worker = await c.through(startWorker({ store, clock: c.clock, sagas, log, handleSignals: false }));
  await c.through(cancelled);
  expect((await c.through(second.result())).status).toBe("compensated");
  expect(errors).toEqual([]);
  await c.through(worker.stop());
  await c.close();
});
