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
import { observeStore } from "@sagac/runtime/testing";
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
    await fill(store, await asleep(store, farMs), count);
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

type CommitPart = Parameters<Store["commit"]>[0][number];

/** One saga as a worker writes it when it goes to sleep. */
async function asleep(store: Store, untilMs: number): Promise<CommitPart> {
  let written: CommitPart | null = null;
  const observed = observeStore(store, {
    after: ({ operation, arguments: [parts] }) => {
      if (operation === "commit") written = (parts as readonly CommitPart[])[0] ?? null;
    },
  });
  const worker = await startWorker({ store: observed, sagas: [implement(definition, {})], handleSignals: false });
  const input = { until: new Date(untilMs).toISOString() } as never;
  await createClient({ store }).start(definition, { id: "model", input });
  while (written === null) await pause(1);
  await worker.stop();
  return written;
}

/** So many more of it, under other ids, in turn over all partitions: nobody asks for them by their ids. */
async function fill(store: Store, model: CommitPart, count: number): Promise<void> {
  const { saga, version } = model.lease.partition;
  const requests = Array.from({ length: store.partitions }, (_, index) => ({ partition: { saga, version, index }, epoch: null }));
  const given = await store.lease(requests, "filler", 3_600_000);
  const leases = given.filter((lease) => lease !== null);
  for (let from = 0; from < count; from += BATCH) {
    const parts: CommitPart[] = [];
    for (let index = from; index < Math.min(from + BATCH, count); index++) {
      const lease = leases[index % leases.length];
      if (lease !== undefined) parts.push(asAnother(model, `asleep-${index}`, lease));
    }
    await store.commit(parts);
  }
  await store.release(leases);
}

function asAnother(model: CommitPart, sagaId: string, lease: CommitPart["lease"]): CommitPart {
  if (!("whole" in model.snapshot)) throw new Error("the model is no first commit");
  const snapshot = { whole: model.snapshot.whole.replaceAll('"model"', JSON.stringify(sagaId)) };
  return { ...model, lease, sagaId, commitId: sagaId, snapshot, consume: [] };
}
