import { createClient, type Logger, openStore, startWorker } from "@sagac/runtime";
import { expect, test } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

test("a worker whose store is closed says so once, and stops", async () => {
  const told: string[] = [];
  const log: Logger = { info: () => undefined, warn: (message) => told.push(message), error: (message) => told.push(message) };
  const store = await openStore("memory:");
  const sagas = [orderImplementation(orderWorld())];
  const worker = await startWorker({ store, sagas, log, handleSignals: false, leaseMs: 60, pollMs: 20, graceMs: 0 });
  await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
  await store.close();
  await worker.stopped;
  expect(told.filter((message) => message === "the store of this worker was closed: it stops")).toHaveLength(1);
  const after = told.length;
  await worker.stop();
  expect(told).toHaveLength(after);
});

test("many workers of one process are no leak of listeners", async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on("warning", warn);
  const before = process.getMaxListeners();
  const store = await openStore("memory:");
  const sagas = [orderImplementation(orderWorld())];
  const workers = await Promise.all(Array.from({ length: 12 }, () => startWorker({ store, sagas })));
  await Promise.all(workers.map((worker) => worker.stop()));
  await store.close();
  // A warning is told in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", warn);
  expect(warnings).toEqual([]);
  expect(process.getMaxListeners()).toBe(before);
});
