/**
 * `npm run bench`: how many order sagas a second one process carries out, completed and compensated, on each store, with 1, 64 and 512 in
 * flight; what one saga costs in CPU, and where that time goes. Client, worker and handlers share the process, as in an embedded use; the
 * handlers answer at once, so what is measured is the engine and its store. The machine's speed drifts: cells are run in turn, `--rounds`
 * times over, and the median is printed with the range; compare rows of one run only.
 */
import { parseArgs } from "node:util";
import { measure } from "./measure.ts";
import { benchSnapshots } from "./snapshots.ts";
import { openBenchStore, STORES, type StoreName } from "./stores.ts";
import { type Cell, printTable } from "./table.ts";
import { benchTransitions } from "./transition.ts";

const HELP = `npm run bench -- [options]

  --stores a,b       of ${STORES.join(", ")}   (default: sqlite,redis)
  --in-flight a,b    sagas at a time           (default: 1,64,512)
  --seconds n        per cell                  (default: 3)
  --rounds n         how often each cell runs  (default: 3)
  --json             one JSON object a cell on standard output

npm run bench -- transition [--rounds n]   what one transition costs: compiled, by XState, by hand
npm run bench -- snapshots [--rounds n]    what a commit writes of a snapshot and what that costs: the whole, or what changed
`;

const [what, ...rest] = process.argv.slice(2);
const { values } = parseArgs({
  args: what === "transition" || what === "snapshots" ? [] : process.argv.slice(2),
  options: {
    stores: { type: "string", default: "sqlite,redis" },
    "in-flight": { type: "string", default: "1,64,512" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (what === "transition") {
  await benchTransitions(rest);
} else if (what === "snapshots") {
  await benchSnapshots(rest);
} else if (values.help) {
  process.stdout.write(HELP);
} else {
  const stores = values.stores.split(",").map((name) => {
    const known = STORES.find((store) => store === name);
    if (known === undefined) throw new Error(`--stores: "${name}" is none of ${STORES.join(", ")}`);
    return known;
  });
  await run(stores, values["in-flight"].split(",").map(Number), Number(values.seconds), Number(values.rounds), values.json);
}

async function run(stores: readonly StoreName[], inFlight: readonly number[], seconds: number, rounds: number, json: boolean) {
  const cells: Cell[] = [];
  for (const store of stores)
    for (const way of ["completed", "compensated"] as const)
      for (const n of inFlight) cells.push({ store, way, inFlight: n, runs: [] });
  for (let round = 0; round < rounds; round++) {
    for (const cell of cells) {
      process.stderr.write(`\rround ${round + 1}/${rounds}: ${cell.store} ${cell.way} ${cell.inFlight} in flight            `);
      const opened = await openBenchStore(cell.store);
      try {
        cell.runs.push(await measure(opened, { way: cell.way, inFlight: cell.inFlight, seconds }));
      } finally {
        await opened.close();
      }
    }
  }
  process.stderr.write("\n");
  if (json) for (const cell of cells) process.stdout.write(`${JSON.stringify(cell)}\n`);
  else printTable(cells);
}
