import { createClient, implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, it } from "vitest";
import type { LeaseRequest } from "../../runtime/store/store.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { until } from "../kit/until.ts";

it("a start that is heard while a worker looks for the first time makes it ask once, not twice at a time", async () => {
  const { steps } = orderWorld({});
  const inner = await openStore("memory:", { partitions: 1 });
  const client = createClient({ store: inner });
  const first = await client.start(placeOrder, { id: "order-1", input: orderInput() });
  const taken: LeaseRequest[] = [];
  const later: (typeof first)[] = [];
  const store = observeStore(inner, {
    async after({ operation, arguments: [requests] }) {
      if (operation !== "lease") return;
      taken.push(...(requests as readonly LeaseRequest[]).filter(({ epoch }) => epoch === null));
      if (later.length > 0) return;
      later.push(await client.start(placeOrder, { id: "order-2", input: orderInput() }));
      // Whoever would answer the hint at once has done so.
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
  });
  const worker = await startWorker({ store, handleSignals: false, log: silentLogger, sagas: [implement(placeOrder, steps)] });
  await first.result({ timeout: "10s" });
  await until("the second was started", () => later.length > 0);
  await later[0]?.result({ timeout: "10s" });
  expect(taken).toHaveLength(1);
  await worker.stop();
});
