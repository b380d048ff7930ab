/**
 * `npm run bench:items`: what one item of a foreach costs, among 100 and among 10,000: time on the way out and on the way back, and bytes
 * written. Nothing of it may grow with their number. Handlers answer at once; 50 items at a time; the last step is refused, so that each is undone.
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClient, implement, type StepContext, type Store, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { emittedSagas } from "../test/kit/emitted.ts";
import { numbers } from "../test/kit/items.ts";
import { among, openBenchStore, STORES, type StoreName } from "./stores.ts";

const { values } = parseArgs({
  options: {
    stores: { type: "string", default: "memory,sqlite,redis" },
    items: { type: "string", default: "100,1000,5000,10000" },
  },
});

interface Cost {
  readonly outMs: number;
  readonly backMs: number;
  readonly bytes: number;
}

const definition = (await emittedSagas(join(import.meta.dirname, "../test/kit/group.saga")))("Group");

process.stdout.write("store    items   out ms/item  back ms/item  bytes/item\n");
for (const store of among("stores", values.stores, STORES)) {
  for (const count of values.items.split(",").map(Number)) {
    const { outMs, backMs, bytes } = await costOf(store, count);
    const row = [
      store.padEnd(7),
      String(count).padStart(6),
      (outMs / count).toFixed(3).padStart(13),
      (backMs / count).toFixed(3).padStart(13),
    ];
    process.stdout.write(`${row.join(" ")} ${(bytes / count).toFixed(0).padStart(11)}\n`);
  }
}

async function costOf(name: StoreName, count: number): Promise<Cost> {
  const opened = await openBenchStore(name);
  let bytes = 0;
  const store = observeStore(opened.store, {
    before(call) {
      if (call.operation !== "commit") return;
      for (const part of (call.arguments as Parameters<Store["commit"]>)[0]) {
        const [text] = Object.values(part.snapshot);
        bytes += (text?.length ?? 0) + part.records.reduce((sum, record) => sum + record.length, 0);
      }
    },
  });
  let turnedMs = 0;
  let reserved = 0;
  let released = 0;
  const implementation = implement(definition, {
    things: {
      reserve: () => void reserved++,
      release: () => void released++,
      close: (_: unknown, ctx: StepContext<{ readonly Refused: unknown }>) => {
        turnedMs = performance.now();
        throw ctx.fail("Refused", { why: "so that all is undone" });
      },
    },
  });
  const worker = await startWorker({ store, sagas: [implementation], handleSignals: false, log: silentLogger });
  try {
    const begunMs = performance.now();
    const group = await createClient({ store }).start(definition, { id: "bench-1", input: { items: numbers(count) } });
    await group.result();
    const endedMs = performance.now();
    if (reserved !== count || released !== count) throw new Error("an item was lost or doubled");
    return { outMs: turnedMs - begunMs, backMs: endedMs - turnedMs, bytes };
  } finally {
    await worker.stop();
    await opened.close();
  }
}
