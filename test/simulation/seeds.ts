import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Simulation } from "@sagac/runtime/testing";
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
}

export interface Swept {
  readonly sum: Sum;
  /** The lowest seed at which a law is broken; every one below was run. `null`: none. */
  readonly broken: number | null;
}

export interface Sweep {
  readonly store: SimulatedStore;
  readonly first: number;
  readonly count: number;
  /** In so many processes; 1: in this one. */
  readonly jobs: number;
  /** Is told how many are done, now and then. */
  readonly onProgress: (done: number) => void;
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
      if (simulation.broken.length > 0) return { sum, broken: seed };
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

/** Each process asks for the next seeds when it is through with its own. What is below a broken one is still run, so that the lowest is told. */
async function together({ store, first, count, jobs, onProgress }: Sweep): Promise<Swept> {
  const end = first + count;
  let [next, sum, broken] = [first, NOTHING, null as number | null];

  async function work(): Promise<void> {
    const job = await begun(store);
    try {
      while (next < (broken ?? end)) {
        const asked: Asked = { first: next, count: Math.min(STRETCH, end - next) };
        next += asked.count;
        const swept = await answered(job, asked);
        sum = plus(sum, swept.sum);
        if (swept.broken !== null) broken = Math.min(swept.broken, broken ?? end);
        onProgress(sum.schedules);
      }
    } finally {
      job.disconnect();
    }
  }

  await Promise.all(Array.from({ length: jobs }, work));
  return { sum, broken };
}

/** What a job is asked; it answers with a `Swept`. */
export interface Asked {
  readonly first: number;
  readonly count: number;
}

async function begun(store: SimulatedStore): Promise<ChildProcess> {
  const job = fork(join(import.meta.dirname, "job.ts"), [store]);
  await heard(job);
  return job;
}

async function answered(job: ChildProcess, asked: Asked): Promise<Swept> {
  job.send(asked);
  return (await heard(job)) as Swept;
}

function heard(job: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a job ended with ${code}: what it said is above`));
    job.once("exit", ended).once("message", (message) => {
      job.off("exit", ended);
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
  };
}

const NOTHING: Sum = { schedules: 0, sagas: 0, commits: 0, calls: 0, timers: 0, tookMs: 0 };
/** So many worlds are asked for at once. */
const STRETCH = 100;
