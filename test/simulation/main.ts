import { parseArgs } from "node:util";
import type { Simulation, Simulator } from "@sagac/runtime/testing";
import { hunt } from "./planted.ts";
import { newSimulator } from "./world.ts";

const HELP = `npm run sim [-- options]

Simulated worlds: several workers, clients, participants and a store in one process and in virtual time. Under a seed workers vanish, stand still
and come back, replies are lost, messages come late or twice, clocks are wrong. A broken law ends the run with 1; it is shown with as little
going wrong as breaks it, as a story, with the command that shows it again.

  --schedules <n>   how many worlds (default 1000)
  --seed <n>        of the first; the others follow (default 1)
  --store <name>    memory (default) or sqlite (in memory)
  --only <moves>    of one world: only these of its moves, by number (0,4,7; "none"); with --well participants answer as they should
  --story           of one world: told also where nothing breaks
  --planted         instead: plants mistakes into a copy of the runtime, and shows by which law each is found, after how many schedules
  --mistake <words> with --planted: only those whose names have these words
`;

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    store: { type: "string", default: "memory" },
    only: { type: "string" },
    well: { type: "boolean", default: false },
    story: { type: "boolean", default: false },
    planted: { type: "boolean", default: false },
    mistake: { type: "string", default: "" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) say(HELP);
else if (values.planted) process.exitCode = await hunt(Number(values.schedules), values.mistake, say);
else process.exitCode = await main();

async function main(): Promise<number> {
  const [count, first] = [Number(values.schedules), Number(values.seed)];
  // A run of nothing would find nothing wrong.
  if (!(count >= 1) || !Number.isSafeInteger(first) || !["memory", "sqlite"].includes(values.store))
    throw new Error("there is no such number or store: see --help");
  const simulator = await newSimulator(values.store === "sqlite" ? "sqlite" : "memory");
  if (values.only !== undefined || values.story) return await one(simulator, first);
  const startMs = performance.now();
  const sum = { sagas: 0, commits: 0, calls: 0, timers: 0, tookMs: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const simulation = await simulator.run(simulator.schedule(seed));
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += simulation[name];
    if (simulation.broken.length === 0) continue;
    say(`seed ${seed}: ${simulation.broken[0]?.invariant}: ${simulation.broken[0]?.message}`);
    await tell(simulator, simulation);
    return 1;
  }
  const seconds = (performance.now() - startMs) / 1_000;
  say(
    `${count} schedules from seed ${first} (${values.store}), no law broken: ${sum.sagas} sagas, ${sum.commits} commits, ${sum.calls} calls, ${sum.timers} timers, ` +
      `${(sum.tookMs / 3_600_000).toFixed(1)} virtual hours in ${seconds.toFixed(0)} s; ${(count / seconds).toFixed(0)} schedules a second`,
  );
  return 0;
}

async function one(simulator: Simulator, seed: number): Promise<number> {
  const whole = simulator.schedule(seed);
  const kept = values.only === undefined ? null : new Set(values.only.split(",").map(Number));
  const moves = whole.moves.filter((_, at) => kept === null || kept.has(at));
  const simulation = await simulator.run({ ...whole, moves, kind: whole.kind || values.well }, { story: true });
  show(simulation);
  return simulation.broken.length === 0 ? 0 : 1;
}

/** The least that breaks the same law, and how to see it again. */
async function tell(simulator: Simulator, { schedule }: Simulation): Promise<void> {
  say("looking for the least that breaks it …");
  const least = (await simulator.shrunk(schedule)) ?? schedule;
  show(await simulator.run(least, { story: true }));
  const only = least.moves.map((move) => schedule.moves.indexOf(move)).join(",") || "none";
  const store = values.store === "memory" ? "" : ` --store ${values.store}`;
  say(`\nnpm run sim -- --seed ${schedule.seed} --only ${only}${least.kind && !schedule.kind ? " --well" : ""}${store}`);
}

function show({ story, broken }: Simulation): void {
  for (const line of story) say(line);
  for (const { invariant, message } of broken) say(`BROKEN ${invariant}: ${message}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
