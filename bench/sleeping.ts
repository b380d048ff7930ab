/**
 * `npm run bench:sleeping`: what sagas that sleep cost a worker, with a thousand and with a million of them in the store: its memory and its CPU while it has
 * nothing to do, the time until it is ready, and what it costs to wake some of them. Nothing of it may grow with their number.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient, implement, startWorker } from "@sagac/runtime";
import { emittedSagas } from "../test/kit/emitted.ts";
import { fill, modelOf } from "./fill.ts";
import { among, openBenchStore, STORES } from "./stores.ts";

const DAY_MS = 86_400_000;
const IDLE_MS = 5_000;

const HELP = `npm run bench:sleeping -- [options]

  --store name     of ${STORES.join(", ")}  (default: sqlite)
  --sagas a,b      that sleep                         (default: 1000,10000,100000)
  --wake n         started, put to sleep and woken    (default: 500)
`;

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    sagas: { type: "string", default: "1000,10000,100000" },
    wake: { type: "string", default: "500" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const definition = (await emittedSagas(join(import.meta.dirname, "../test/kit/nap.saga")))("Nap");
const [name = "sqlite"] = among("store", values.store, STORES);

process.stdout.write("store      sagas  bytes each  fill s  ready ms  heap MB  idle CPU %  wake ms/saga  mean late ms\n");
for (const count of values.sagas.split(",").map(Number)) await measure(count, Number(values.wake));

async function measure(count: number, wake: number): Promise<void> {
  const opened = await openBenchStore(name);
  const { store } = opened;
  try {
    const beganMs = performance.now();
    const empty = await opened.bytes();
    const until300 = { until: new Date(Date.now() + 300 * DAY_MS).toISOString() };
    await fill(store, await modelOf(store, definition, {}, until300, () => true), 0, count);
    const filledMs = performance.now();
    const each = ((await opened.bytes()) - empty) / count;
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
      each.toFixed(0).padStart(11),
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
