/**
 * `npm run bench:sleeping`: what sagas that sleep cost a worker, with a thousand and with a million of them in the store: its memory and its CPU while it has
 * nothing to do, the time until it is ready, and what it costs to wake some of them. Nothing of it may grow with their number.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient, implement, type Store, startWorker } from "@sagac/runtime";
import { partitionOf } from "../runtime/store/partition.ts";
import type { CommitPart, Lease, StoredSaga } from "../runtime/store/store.ts";
import { emittedSagas } from "../test/kit/emitted.ts";
import { openBenchStore, STORES } from "./stores.ts";

const DAY_MS = 86_400_000;
const BATCH = 2_000;
const IDLE_MS = 5_000;

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    sagas: { type: "string", default: "1000,10000,100000" },
    wake: { type: "string", default: "500" },
  },
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const definition = (await emittedSagas(join(import.meta.dirname, "../test/kit/nap.saga")))("Nap");
const name = STORES.find((known) => known === values.store);
if (name === undefined) throw new Error(`--store: "${values.store}" is none of ${STORES.join(", ")}`);

process.stdout.write("store      sagas  fill s  ready ms  heap MB  idle CPU %  wake ms/saga  mean late ms\n");
for (const count of values.sagas.split(",").map(Number)) await measure(count, Number(values.wake));

async function measure(count: number, wake: number): Promise<void> {
  if (name === undefined) return;
  const opened = await openBenchStore(name);
  const { store } = opened;
  try {
    const beganMs = performance.now();
    const farMs = Date.now() + 300 * DAY_MS;
    await fill(store, await asleep(store, farMs), count, farMs);
    const filledMs = performance.now();
    collect();
    const before = process.memoryUsage().heapUsed;

    const readyFromMs = performance.now();
    const worker = await startWorker({ store, sagas: [implement(definition, {})], handleSignals: false });
    while (worker.partitions < Math.min(store.partitions, count)) await pause(1);
    const readyMs = performance.now() - readyFromMs;
    await pause(1_000);
    const cpu = process.cpuUsage();
    await pause(IDLE_MS);
    const idle = process.cpuUsage(cpu);
    collect();
    const heap = process.memoryUsage().heapUsed - before;

    const client = createClient({ store });
    const wakeFromMs = performance.now();
    const until = new Date(Date.now() + 1).toISOString();
    const woken = Array.from({ length: wake }, (_, index) =>
      client.start(definition, { id: `woken-${index}`, input: { until } as never }),
    );
    for (const saga of await Promise.all(woken)) await saga.result();
    const wokenMs = performance.now() - wakeFromMs;
    const { meanMs } = worker.lateness;
    await worker.stop();
    const row = [
      name.padEnd(8),
      String(count).padStart(8),
      ((filledMs - beganMs) / 1_000).toFixed(0).padStart(7),
      readyMs.toFixed(0).padStart(9),
      (heap / 1e6).toFixed(1).padStart(8),
      ((idle.user + idle.system) / 1e3 / IDLE_MS / 0.01).toFixed(1).padStart(11),
      (wokenMs / wake).toFixed(2).padStart(13),
      meanMs.toFixed(0).padStart(13),
    ];
    process.stdout.write(`${row.join(" ")}\n`);
  } finally {
    await opened.close();
  }
}

/** One saga as a worker leaves it when it sleeps. */
async function asleep(store: Store, untilMs: number): Promise<StoredSaga> {
  const worker = await startWorker({ store, sagas: [implement(definition, {})], handleSignals: false });
  const input = { until: new Date(untilMs).toISOString() } as never;
  await createClient({ store }).start(definition, { id: "model", input });
  for (;;) {
    const stored = await store.load(partitionOf(definition.saga, definition.version, "model", store.partitions), "model");
    if (stored !== null && stored.timers.length > 0) {
      await worker.stop();
      return stored;
    }
    await pause(5);
  }
}

/** So many more of it. */
async function fill(store: Store, model: StoredSaga, count: number, dueAtMs: number): Promise<void> {
  const partitions = Array.from({ length: store.partitions }, (_, index) => ({ saga: definition.saga, version: 1, index }));
  const leases = await store.lease(
    partitions.map((partition) => ({ partition, epoch: null })),
    "filler",
    3_600_000,
  );
  for (let from = 0; from < count; from += BATCH) {
    const parts = Array.from({ length: Math.min(BATCH, count - from) }, (_, offset) => {
      const sagaId = `asleep-${from + offset}`;
      const lease = leases[partitionOf(definition.saga, 1, sagaId, store.partitions).index];
      if (lease === null || lease === undefined) throw new Error("no lease");
      return partOf(model, sagaId, lease, dueAtMs);
    });
    await store.commit(parts);
  }
  await store.release(leases.filter((lease) => lease !== null));
}

function partOf({ snapshot, timers, status }: StoredSaga, sagaId: string, lease: Lease, dueAtMs: number): CommitPart {
  return {
    lease,
    sagaId,
    root: null,
    live: true,
    active: false,
    commitId: sagaId,
    expectedVersion: 0,
    snapshot: snapshot.replaceAll('"model"', JSON.stringify(sagaId)),
    status,
    conditions: [],
    records: ['{"type":"started"}'],
    setTimers: timers.map(({ key }) => ({ key, atMs: dueAtMs })),
    clearTimers: [],
    consume: [],
  };
}
