import { createClient, implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { inTime } from "../../runtime/engine/draft.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import { PENDING_BYTES } from "../../runtime/store/pending.ts";
import type { CommitPart, PendingCommand } from "../../runtime/store/store.ts";
import { handMade } from "../kit/hand-made.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

const quiet = { handleSignals: false, log: silentLogger };

test("sagas with large inputs are read and written a few at a time, however many wait, and also behind one that is set aside", async () => {
  const largest = { read: 0, written: 0 };
  const inner = await openStore("memory:", { partitions: 1 });
  const store = observeStore(inner, {
    after: ({ operation, arguments: [parts] }, outcome) => {
      if (operation === "pending" && outcome.ok) {
        const bytes = (outcome.value as readonly PendingCommand[]).reduce((sum, { payload }) => sum + payload.length, 0);
        largest.read = Math.max(largest.read, bytes);
      }
      if (operation === "commit") largest.written = Math.max(largest.written, JSON.stringify(parts).length);
    },
  });
  const client = createClient({ store });
  const partition = { saga: placeOrder.saga, version: placeOrder.version, index: 0 };
  // Set aside, it keeps its commands: they are told of at each read, before all others.
  const broken = JSON.stringify({ input: null, correlationId: "broken" });
  await inner.append(partition, { id: "start:broken", sagaId: "broken", kind: "start", payload: broken });
  const kept = JSON.stringify({ signal: "none", payload: "x".repeat(PENDING_BYTES / 4) });
  for (const n of [1, 2, 3, 4, 5])
    await inner.append(partition, { id: `signal-${n}`, sagaId: "broken", kind: "signal", payload: kept });
  const sku = "x".repeat(1_000_000);
  const orders = await Promise.all(
    Array.from({ length: 20 }, (_, n) => client.start(placeOrder, { id: `order-${n}`, input: orderInput({ sku }) })),
  );
  const worker = await startWorker({ ...quiet, store, sagas: [orderImplementation(orderWorld())] });
  const results = await Promise.all(orders.map((order) => order.result({ timeout: "30s" })));
  expect(results.filter(({ status }) => status === "completed")).toHaveLength(20);
  expect(await inner.pending(partition, 10, 8 * PENDING_BYTES)).toHaveLength(5);
  await worker.stop();
  await store.close();
  // Some megabytes beside the commands that it has already, and no more: twenty of them have forty.
  expect(largest.read).toBeLessThan(5 * PENDING_BYTES);
  expect(largest.written).toBeLessThan(16 * 1024 * 1024);
});

test("however much was asked of a saga while no worker was up, a commit takes a part of it, in its order", async () => {
  const waiting = handMade({
    saga: "Wait",
    signals: ["go", "other"],
    nodes: [{ kind: "await", name: "$await1", signals: [{ signal: "go", case: "$case1" }] }],
  });
  const consumed: string[][] = [];
  const store = observeStore(await openStore("memory:"), {
    after: ({ operation, arguments: [parts] }) => {
      if (operation !== "commit") return;
      for (const { consume } of parts as readonly CommitPart[]) consumed.push(consume.map(({ id }) => id));
    },
  });
  const client = createClient({ store });
  const saga = await client.start(waiting, { id: "saga-1", input: null });
  const partition = partitionOf("Wait", 1, "saga-1", store.partitions);
  const ids = Array.from({ length: 5_000 }, (_, n) => `signal-${n}`);
  for (const id of ids) {
    const signal = id === ids.at(-1) ? "go" : "other";
    await store.append(partition, { id, sagaId: "saga-1", kind: "signal", payload: JSON.stringify({ signal, payload: {} }) });
  }
  const worker = await startWorker({ ...quiet, store, sagas: [implement(waiting, {})] });
  expect((await saga.result({ timeout: "30s" })).status).toBe("completed");
  expect(consumed.flat()).toEqual(["start:saga-1", ...ids]);
  expect(Math.max(...consumed.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
  await worker.stop();
  await store.close();
});

test("and the time that it takes to put them in order grows with how many they are, not with their square", () => {
  const inputs = Array.from({ length: 300_000 }, (_, n) => {
    const command = { position: `${n}`, id: `${n}`, sagaId: "w-1", kind: "signal", payload: "{}", acceptedAtMs: n ^ 1 } as const;
    return n % 1_000 === 7 ? ({ kind: "takeOver" } as const) : ({ kind: "command", command } as const);
  });
  const startedMs = performance.now();
  const ordered = inTime(inputs);
  // A hundred times what it takes; the square would take hours.
  expect(performance.now() - startedMs).toBeLessThan(20_000);
  const times = ordered.flatMap((input) => (input.kind === "command" ? [input.command.acceptedAtMs] : []));
  expect(times.every((atMs, at) => at === 0 || (times[at - 1] ?? 0) <= atMs)).toBe(true);
  const others = (of: typeof ordered) => of.flatMap(({ kind }, at) => (kind === "takeOver" ? [at] : []));
  expect(others(ordered)).toEqual(others(inputs));
});
