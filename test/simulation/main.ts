import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import type { Simulation, Simulator } from "@sagac/runtime/testing";
import { hunt } from "./planted.ts";
import { type BrokenSeed, type Sum, type Swept, sweep, UnfinishedSweep } from "./seeds.ts";
import { newSimulator, type SimulatedStore } from "./world.ts";

const HELP = `npm run sim [-- options]

Simulated worlds: several workers, clients, participants and a store in one process and in virtual time. Under a seed workers vanish, stand still
and come back, replies are lost, messages come late or twice, clocks are wrong. A broken law ends the run with 1; it is shown with as little
going wrong as breaks it, as a story, with the command that shows it again. Of a long run it is told on standard error how far it is. The last
line is JSON: what was run, what was met (crashes, take-overs, refused commits, …), and the lowest seed
that breaks a law, or null. Where one of several processes ends before its time the others are ended too, the seeds that were not run are told,
and the run ends with 2.

  --schedules <n>   how many worlds (default 1000)
  --seed <n>        of the first; the others follow (default 1)
  --jobs <n>        in so many processes, which share the seeds (default 1)
  --store <name>    memory (default) or sqlite (in memory)
  --only <moves>    of one world: only these of its moves, by number (0,4,7; "none"); with --well participants answer as they should
  --story           of one world: told also where nothing breaks
  --planted         instead: plants mistakes into a copy of the runtime, and shows by which law each is found, after how many schedules
  --mistake <words> with --planted: only those whose names have these words
`;

const PROGRESS_MS = 30_000;

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
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
else process.exitCode = await main().catch(unfinished);

async function main(): Promise<number> {
  const [count, first, jobs] = [Number(values.schedules), Number(values.seed), Number(values.jobs)];
  // A run of nothing would find nothing wrong.
  if (!(count >= 1) || !Number.isSafeInteger(first) || !(Number.isSafeInteger(jobs) && jobs >= 1) || !isStore(values.store))
    throw new Error("there is no such number or store: see --help");
  const { store } = values;
  if (values.only !== undefined || values.story) return await one(await newSimulator(store), first);
  // What is loaded now is what runs, whatever is checked out meanwhile.
  const commit = treeNow();
  const startMs = performance.now();
  const swept = await sweep({ store, first, count, jobs, onProgress: progressOf(count, startMs) });
  const seconds = (performance.now() - startMs) / 1_000;
  if (swept.broken === null) say(summary(swept, commit, first, count, seconds));
  else await tell(await newSimulator(store), swept.broken);
  const { tookMs, ...sum } = swept.sum;
  say(
    JSON.stringify({
      commit,
      store,
      from: first,
      to: first + count - 1,
      ...sum,
      virtualMs: tookMs,
      seconds,
      broken: swept.broken?.seed ?? null,
    }),
  );
  return swept.broken === null ? 0 : 1;
}

/** A process that died is no broken law, and no defect of this one. */
function unfinished(error: unknown): number {
  if (!(error instanceof UnfinishedSweep)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
}

function isStore(name: string): name is SimulatedStore {
  return name === "memory" || name === "sqlite";
}

function summary({ sum }: Swept, commit: string, first: number, count: number, seconds: number): string {
  return (
    `seeds ${first} to ${first + count - 1} at commit ${commit} (${values.store}): ${count} schedules, ${sum.sagas} sagas, ${sum.commits} commits, ` +
    `${sum.calls} calls, ${sum.timers} timers, ${(sum.tookMs / 3_600_000).toFixed(1)} virtual hours in ${seconds.toFixed(0)} s, ` +
    `${(count / seconds).toFixed(0)} schedules a second. Met: ${metIn(sum.met)}. No law broken`
  );
}

function metIn({ crashes, freezes, drains, lost, takeOvers, refused, redelivered }: Sum["met"]): string {
  return (
    `${crashes} workers vanished, ${freezes} stood still, ${drains} were told to stop, ${lost} requests and replies lost, ` +
    `${takeOvers} take-overs, ${refused} commits refused, ${redelivered} calls delivered again`
  );
}

/** Of the tree that runs, as git names it; with "-dirty" where it has been changed since. */
function treeNow(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"], {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}

function progressOf(count: number, startMs: number): (done: number) => void {
  let toldMs = startMs;
  return (done) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_MS || done >= count) return;
    toldMs = nowMs;
    const each = (nowMs - startMs) / done;
    process.stderr.write(
      `${done} of ${count} schedules, ${Math.round(1_000 / each)} a second, ${Math.ceil(((count - done) * each) / 60_000)} min still\n`,
    );
  };
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
async function tell(simulator: Simulator, { seed, invariant, message }: BrokenSeed): Promise<void> {
  say(`seed ${seed}: ${invariant}: ${message}`);
  say("looking for the least that breaks it …");
  const schedule = simulator.schedule(seed);
  const least = await simulator.shrunk(schedule);
  if (least === null) {
    say(`seed ${seed} alone breaks no law: what it broke depends on the worlds that the same process ran before`);
    return;
  }
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
