import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Broken, Met, Simulation } from "@sagac/runtime/testing";
import { newTally } from "../../runtime/testing/simulation/met.ts";
import { newSimulator, type SimulatedStore } from "./world.ts";

/** What worlds of many seeds came to. */
export interface Sum {
  readonly schedules: number;
  readonly sagas: number;
  readonly commits: number;
  readonly calls: number;
  readonly timers: number;
  /** Virtual time. */
  readonly tookMs: number;
  readonly met: Met;
}

export interface Swept {
  readonly sum: Sum;
  /** The lowest seed at which a law is broken, and the first that is; every seed below was run. `null`: none. */
  readonly broken: BrokenSeed | null;
}

export interface BrokenSeed extends Broken {
  readonly seed: number;
}

export interface Sweep {
  readonly store: SimulatedStore;
  readonly first: number;
  readonly count: number;
  /** In so many processes; 1: in this one. */
  readonly jobs: number;
  /** Is told how many are done, now and then. */
  readonly onProgress: (done: number) => void;
  /** What each of several processes runs. Default: `job.ts`. */
  readonly job?: string;
}

/** Runs the worlds of these seeds, up to the first that breaks a law. */
export async function sweep(options: Sweep): Promise<Swept> {
  return options.jobs === 1 ? await alone(options) : await together(options);
}

/** Worlds of seeds that follow each other; ends at the first that breaks a law. */
export type Stretch = (first: number, count: number) => Promise<Swept>;

export async function stretches(store: SimulatedStore): Promise<Stretch> {
  // Of thousands of simulated errors nobody reads where they were made. A world that is told as a story runs anew, with them.
  Error.stackTraceLimit = 0;
  const simulator = await newSimulator(store);
  return async (first, count) => {
    let sum = NOTHING;
    for (let seed = first; seed < first + count; seed++) {
      const simulation = await simulator.run(simulator.schedule(seed));
      sum = plus(sum, { ...simulation, schedules: 1 });
      const [law] = simulation.broken;
      if (law !== undefined) return { sum, broken: { seed, ...law } };
    }
    return { sum, broken: null };
  };
}

async function alone({ store, first, count, onProgress }: Sweep): Promise<Swept> {
  const limit = Error.stackTraceLimit;
  try {
    const run = await stretches(store);
    let sum = NOTHING;
    for (let done = 0; done < count; done += STRETCH) {
      const swept = await run(first + done, Math.min(STRETCH, count - done));
      sum = plus(sum, swept.sum);
      if (swept.broken !== null) return { sum, broken: swept.broken };
      onProgress(sum.schedules);
    }
    return { sum, broken: null };
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * Each process asks for the next seeds when it is through with its own. What is below a broken one is still run, so that the lowest is told. Where
 * one ends before its time all are ended, and the error names the seeds that were not run.
 */
async function together({ store, first, count, jobs, onProgress, job: file = JOB }: Sweep): Promise<Swept> {
  const end = first + count;
  const begun: ChildProcess[] = [];
  const underWay = new Set<Asked>();
  let [next, sum, broken] = [first, NOTHING, null as BrokenSeed | null];

  async function work(): Promise<void> {
    const job = fork(file, [store]);
    begun.push(job);
    await heard(job, "before it was ready");
    while (next < (broken?.seed ?? end)) {
      const asked: Asked = { first: next, count: Math.min(STRETCH, end - next) };
      next += asked.count;
      underWay.add(asked);
      const swept = await answered(job, asked);
      underWay.delete(asked);
      sum = plus(sum, swept.sum);
      if (swept.broken !== null && swept.broken.seed < (broken?.seed ?? end)) broken = swept.broken;
      onProgress(sum.schedules);
    }
    job.disconnect();
  }

  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } catch (error) {
    // One that is amid its worlds hears of nothing.
    for (const job of begun) job.kill("SIGKILL");
    const left = joined([...underWay, { first: next, count: end - next }]);
    const known = broken === null ? "" : `; seed ${broken.seed} breaks a law (${broken.invariant})`;
    throw new UnfinishedSweep(`${error instanceof Error ? error.message : String(error)}. Not run: ${left}${known}`);
  }
  return { sum, broken };
}

/** Ended before all seeds were run; the message says which were not. */
export class UnfinishedSweep extends Error {}

/** As text, in order; what follows each other is one. */
function joined(stretches: readonly Asked[]): string {
  const found: { from: number; to: number }[] = [];
  for (const { first, count } of stretches.filter((one) => one.count > 0).sort((a, b) => a.first - b.first)) {
    const last = found.at(-1);
    if (last?.to === first - 1) last.to += count;
    else found.push({ from: first, to: first + count - 1 });
  }
  return found.length === 0 ? "none" : `seeds ${found.map(({ from, to }) => `${from} to ${to}`).join(", ")}`;
}

/** What a job is asked; it answers with a `Swept`. */
export interface Asked {
  readonly first: number;
  readonly count: number;
}

async function answered(job: ChildProcess, asked: Asked): Promise<Swept> {
  job.send(asked);
  return (await heard(job, `in the ${asked.count} seeds from ${asked.first}`)) as Swept;
}

/** `when`: for the message, where it ends instead. */
function heard(job: ChildProcess, when: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`a job ended with ${code ?? signal} ${when}: what it said is above`));
    job
      .once("exit", ended)
      .once("error", reject)
      .once("message", (message) => {
        job.off("exit", ended).off("error", reject);
        resolve(message);
      });
  });
}

function plus(a: Sum, b: Sum | (Simulation & { readonly schedules: number })): Sum {
  return {
    schedules: a.schedules + b.schedules,
    sagas: a.sagas + b.sagas,
    commits: a.commits + b.commits,
    calls: a.calls + b.calls,
    timers: a.timers + b.timers,
    tookMs: a.tookMs + b.tookMs,
    met: bothMet(a.met, b.met),
  };
}

function bothMet(a: Met, b: Met): Met {
  const sum = newTally();
  for (const what of Object.keys(sum) as (keyof Met)[]) sum[what] = a[what] + b[what];
  return sum;
}

const NOTHING: Sum = { schedules: 0, sagas: 0, commits: 0, calls: 0, timers: 0, tookMs: 0, met: newTally() };
const JOB = join(import.meta.dirname, "job.ts");
/** So many worlds are asked for at once. */
const STRETCH = 100;
