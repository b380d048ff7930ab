import { parseArgs } from "node:util";
import { SeededRandom } from "@sagac/runtime/testing";
import { type ExploreOptions, explore, exploreTwice } from "./explore.ts";
import { pointName } from "./kill-point.ts";
import { ORDERS } from "./orders.ts";
import { openStores } from "./stores.ts";

const HELP = `npm run crash [-- options]

Kills the worker of an order with SIGKILL at every point where it talks to the store or calls a handler, before and after;
another process carries on; then the saga and the books of the participants are checked. Ends with 1 on any fault.

  --store <name>   sqlite, redis or postgres only
  --order <name>   ${ORDERS.map((order) => order.name).join(" | ")}
  --twice <n>      beside that, kill the successor too, at n pairs of points a store and order (default 10)
  --sample         of each thing that it does one time alone, drawn by the seed: before and after; else every time
  --seed <n>       of these (default 1)
  --parallel <n>   trials at a time (default 2)
`;

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    order: { type: "string" },
    twice: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    sample: { type: "boolean", default: false },
    parallel: { type: "string", default: "2" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const { stores, missing, close } = await openStores();
  const orders = ORDERS.filter((order) => values.order === undefined || order.name === values.order);
  const chosen = stores.filter((store) => values.store === undefined || store.name === values.store);
  // A run of nothing would find nothing wrong.
  if (orders.length === 0 || chosen.length === 0) throw new Error("there is no such order or store: see --help");
  const rows: string[][] = [["store", "order", "points", "killed", "killed twice", "faults", "seconds"]];
  const faults: string[] = [];
  try {
    for (const store of chosen) {
      for (const order of orders) {
        const startMs = performance.now();
        let trials = 0;
        const options: ExploreOptions = {
          parallel: Number(values.parallel),
          ...(values.sample ? { sample: new SeededRandom(Number(values.seed)) } : {}),
          onTrial(points, outcome) {
            trials++;
            const where = `${store.name}, order that ${order.name}, killed ${points.map(pointName).join(", then ")}`;
            progress(`${trials} ${where}`);
            for (const fault of outcome.faults) say(`FAULT ${where}: ${fault}`);
          },
        };
        const once = await explore(store, order, options);
        const twice = await exploreTwice(store, order, Number(values.twice), new SeededRandom(Number(values.seed)), options);
        faults.push(...once.faults, ...twice.faults);
        rows.push([
          store.name,
          order.name,
          String(once.points.length),
          String(once.killed),
          String(twice.killed),
          String(once.faults.length + twice.faults.length),
          ((performance.now() - startMs) / 1_000).toFixed(0),
        ]);
      }
    }
  } finally {
    await close();
  }
  progress("");
  say("");
  for (const line of table(rows)) say(line);
  for (const reason of missing) say(`NOT TESTED ${reason}`);
  say(faults.length === 0 ? "\nNothing lost, nothing doubled." : `\n${faults.length} faults.`);
  if (missing.length > 0 && process.env.CI !== undefined) return 1;
  return faults.length === 0 && rows.length > 1 ? 0 : 1;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** One line that is written over again; only where somebody is watching. */
function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${text.slice(0, (process.stdout.columns ?? 80) - 1)}`);
}

function say(text: string): void {
  progress("");
  process.stdout.write(`${text}\n`);
}
