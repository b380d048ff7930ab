import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { expect, test } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { until } from "../kit/until.ts";

const IN_HAND_MAX = 100;
const PARTITIONS = 8;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** So many starts in a store, of orders whose first service does not answer: what a worker holds of them, and the memory that this takes. */
async function backlog(count: number) {
  const folder = scratchFolder();
  const store = await openStore(`sqlite:${join(folder, "saga.db")}`, { partitions: PARTITIONS });
  try {
    const client = createClient({ store });
    for (let from = 0; from < count; from += 1_000) {
      const ids = Array.from({ length: Math.min(1_000, count - from) }, (_, n) => `order-${from + n}`);
      await Promise.all(ids.map((id) => client.start(placeOrder, { id, input: orderInput() })));
    }
    collect();
    const before = process.memoryUsage().heapUsed;
    const worker = await startWorker({
      store,
      sagas: [orderImplementation(orderWorld({ orders: { createOrder: () => new Promise(() => undefined) } }))],
      handleSignals: false,
      log: silentLogger,
      graceMs: 1,
      inHandMax: IN_HAND_MAX,
      services: { orders: { max: 5 } },
    });
    const orders = () => worker.services.find(({ service }) => service === "orders");
    const isInLine = () => worker.full === PARTITIONS && orders()?.waiting === PARTITIONS * IN_HAND_MAX - 5;
    await until("as many are in line as may be in hand", isInLine, 60_000);
    collect();
    const heapMb = (process.memoryUsage().heapUsed - before) / 1e6;
    const { inHand } = worker;
    const load = orders();
    await worker.stop();
    return { inHand, heapMb, running: load?.running, waiting: load?.waiting };
  } finally {
    await store.close();
  }
}

test("however many starts wait for a service that stands still, a worker's memory does not grow with them", {
  timeout: 300_000,
}, async () => {
  const few = await backlog(2_000);
  const many = await backlog(50_000);
  console.info(
    `in hand ${few.inHand} of 2,000 starts: ${few.heapMb.toFixed(1)} MB; ${many.inHand} of 50,000: ${many.heapMb.toFixed(1)} MB`,
  );
  for (const { inHand, running, waiting } of [few, many]) {
    expect(inHand).toBe(PARTITIONS * IN_HAND_MAX);
    expect(running).toBe(5);
    expect(waiting).toBe(inHand - 5);
  }
  expect(many.heapMb).toBeLessThan(1.5 * few.heapMb + 2);
});
