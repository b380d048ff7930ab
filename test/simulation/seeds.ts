import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Broken, Simulation } from "@sagac/runtime/testing";
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

/** Each process asks for the next seeds when it is through with its own. What is below a broken one is still run, so that the lowest is told. */
async function together({ store, first, count, jobs, onProgress }: Sweep): Promise<Swept> {
  const end = first + count;
  let [next, sum, broken] = [first, NOTHING, null as BrokenSeed | null];

  async function work(): Promise<void> {
    const job = await begun(store);
    try {
      while (next < (broken?.seed ?? end)) {
        const asked: Asked = { first: next, count: Math.min(STRETCH, end - next) };
        next += asked.count;
        const swept = await answered(job, asked);
        sum = plus(sum, swept.sum);
        if (swept.broken !== null && swept.broken.seed < (broken?.seed ?? end)) broken = swept.broken;
        onProgress(sum.schedules);
      }
    } finally {
      // Of one that has ended there is none: why it did is told.
      if (job.connected) job.disconnect();
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
  await heard(job, "before it was ready");
  return job;
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
