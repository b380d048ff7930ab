/**
 * `npm run bench -- growth`: what an order costs with a thousand and with a million ended ones in the same store. The store grows from row to
 * row; between two of them orders are carried out, 64 at a time.
 */
import { parseArgs } from "node:util";
import { createClient, type SagaDefinition } from "@sagac/runtime";
import { placeOrder } from "../sagas/place-order/generated/place-order.saga.ts";
import { fill, modelOf } from "./fill.ts";
import { benchSteps } from "./handlers.ts";
import { measure, orderInput } from "./measure.ts";
import { among, openBenchStore, STORES, type StoreName } from "./stores.ts";

const HELP = `npm run bench -- growth [options]

  --stores a,b     of ${STORES.join(", ")}  (default: sqlite,redis)
  --sagas a,b      ended ones in the store, rising         (default: 1000,10000,100000,1000000)
  --seconds n      per row                                 (default: 5)
`;

export async function benchGrowth(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stores: { type: "string", default: "sqlite,redis" },
      sagas: { type: "string", default: "1000,10000,100000,1000000" },
      seconds: { type: "string", default: "5" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  process.stdout.write(
    "| store | sagas in it | bytes each | sagas/s | p50 ms | p99 ms | CPU ms/saga | server CPU ms/saga | first page of a list, ms |\n" +
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
  );
  for (const store of among("stores", values.stores, STORES)) {
    await grow(store, values.sagas.split(",").map(Number), Number(values.seconds));
  }
}

async function grow(name: StoreName, counts: readonly number[], seconds: number): Promise<void> {
  const opened = await openBenchStore(name);
  try {
    const input = orderInput(0, "completed");
    const model = await modelOf(
      opened.store,
      placeOrder as SagaDefinition,
      benchSteps,
      input,
      ({ status }) => status !== "running",
    );
    let [there, begun] = [0, 0];
    for (const count of counts) {
      const bytes = await opened.bytes();
      await fill(opened.store, model, there, count);
      const each = ((await opened.bytes()) - bytes) / (count - there);
      there = count;
      const load = { way: "completed", inFlight: 64, seconds, workers: 1, transition: "compiled", from: begun } as const;
      const run = await measure(opened, load);
      begun += run.sagas;
      const client = createClient({ store: opened.store });
      const beganMs = performance.now();
      await client.list({ status: "completed" }, { limit: 50 });
      const listMs = performance.now() - beganMs;
      const cells = [
        name,
        count,
        each.toFixed(0),
        run.sagasPerSecond.toFixed(0),
        run.p50Ms.toFixed(1),
        run.p99Ms.toFixed(1),
        run.cpuMs.toFixed(2),
        run.serverCpuMs.toFixed(2),
        listMs.toFixed(1),
      ];
      process.stdout.write(`| ${cells.join(" | ")} |\n`);
    }
  } finally {
    await opened.close();
  }
}
