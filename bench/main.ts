/**
 * `npm run bench`: how many order sagas a second one process carries out, completed and compensated, on each store, with 1, 64 and 512 in
 * flight; what one saga costs in CPU, and where that time goes. Client, worker and handlers share the process, as in an embedded use; the
 * handlers answer at once, so what is measured is the engine and its store. The machine's speed drifts: cells are run in turn, `--rounds`
 * times over, and the median is printed with the range; compare rows of one run only.
 */
import { parseArgs } from "node:util";
import { benchGrowth } from "./growth.ts";
import { measure } from "./measure.ts";
import { benchSnapshots } from "./snapshots.ts";
import { among, openBenchStore, STORES } from "./stores.ts";
import { type Cell, printTable } from "./table.ts";
import { benchTransitions } from "./transition.ts";

const HELP = `npm run bench -- [options]

  --stores a,b       of ${STORES.join(", ")}   (default: sqlite,redis)
  --in-flight a,b    sagas at a time           (default: 1,64,512)
  --workers a,b      processes that work; one of them is the client's too  (default: 1; memory: only 1)
  --transition a,b   of compiled, xstate       (default: compiled)
  --seconds n        per cell                  (default: 3)
  --rounds n         how often each cell runs  (default: 3)
  --json             one JSON object a cell on standard output

npm run bench -- growth [--help]           what a saga costs beside a thousand and a million others
npm run bench -- transition [--rounds n]   what one transition costs: compiled, by XState, by hand
npm run bench -- snapshots [--rounds n]    what a commit writes of a snapshot and what that costs: the whole, or what changed
`;

const QUESTIONS = { growth: benchGrowth, transition: benchTransitions, snapshots: benchSnapshots };

const [what, ...rest] = process.argv.slice(2);
const question = Object.entries(QUESTIONS).find(([name]) => name === what)?.[1];
const { values } = parseArgs({
  args: question === undefined ? process.argv.slice(2) : [],
  options: {
    stores: { type: "string", default: "sqlite,redis" },
    "in-flight": { type: "string", default: "1,64,512" },
    workers: { type: "string", default: "1" },
    transition: { type: "string", default: "compiled" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (question !== undefined) {
  await question(rest);
} else if (values.help) {
  process.stdout.write(HELP);
} else {
  await run(cellsOf(), Number(values.seconds), Number(values.rounds), values.json);
}

function cellsOf(): Cell[] {
  const cells: Cell[] = [];
  for (const store of among("stores", values.stores, STORES))
    for (const way of ["completed", "compensated"] as const)
      for (const inFlight of values["in-flight"].split(",").map(Number))
        for (const workers of values.workers.split(",").map(Number))
          for (const transition of among("transition", values.transition, ["compiled", "xstate"] as const))
            cells.push({ store, way, inFlight, workers, transition, runs: [] });
  if (cells.some(({ store, workers }) => store === "memory" && workers > 1))
    throw new Error("--workers: no other process can work in the store memory: leave it out of --stores, or ask for one worker");
  return cells;
}

async function run(cells: readonly Cell[], seconds: number, rounds: number, json: boolean) {
  for (let round = 0; round < rounds; round++) {
    for (const cell of cells) {
      const { store, way, inFlight, workers, transition } = cell;
      process.stderr.write(`\rround ${round + 1}/${rounds}: ${store} ${way} ${inFlight} in flight, ${transition}            `);
      const opened = await openBenchStore(store);
      try {
        cell.runs.push(await measure(opened, { way, inFlight, seconds, workers, transition }));
      } finally {
        await opened.close();
      }
    }
  }
  process.stderr.write("\n");
  if (json) for (const cell of cells) process.stdout.write(`${JSON.stringify(cell)}\n`);
  else printTable(cells);
}
