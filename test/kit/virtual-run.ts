import {
  createClient,
  type Implementation,
  type Logger,
  type Store,
  silentLogger,
  startWorker,
  type Worker,
  type WorkerOptions,
} from "@sagac/runtime";
import { CountedIds, observeStore, SeededRandom, type StoreHooks, VirtualClock } from "@sagac/runtime/testing";

/** A worker and a client over a store, in virtual time: it moves only when nothing is left to do, and then to what is due next. */
export interface VirtualRun {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly client: ReturnType<typeof createClient>;
  worker: Worker;
  /** Resolves when nothing is under way: no store operation, and the event loop has run dry. */
  settle(): Promise<void>;
  /** Lets time pass, event by event, until the condition holds; fails after `limitMs` of virtual time. */
  until(what: string, condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  /** The same until a promise settles. */
  through<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** Waits for so long, in virtual time, as a slow participant does. */
  sleep(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface VirtualRunOptions {
  readonly open: (clock: VirtualClock) => Promise<Store>;
  readonly sagas: readonly Implementation[];
  readonly hooks?: StoreHooks;
  readonly seed?: number;
  readonly wrap?: (store: Store) => Store;
  /** Default 3: small sagas write changes too. */
  readonly snapshotEvery?: number;
  readonly history?: WorkerOptions["history"];
  /** How much the worker does at once. */
  readonly limits?: Pick<WorkerOptions, "concurrency" | "services" | "retryBudget" | "inHandMax" | "pollMs" | "meter">;
  /** Default: silent. */
  readonly log?: Logger;
}

export async function virtualRun(options: VirtualRunOptions): Promise<VirtualRun> {
  const clock = new VirtualClock();
  const opened = await options.open(clock);
  let inFlight = 0;
  let moves = 0;
  const counted = observeStore(options.wrap?.(opened) ?? opened, {
    before: async (call) => {
      inFlight++;
      moves++;
      await options.hooks?.before?.(call);
    },
    after: async (call, outcome) => {
      try {
        await options.hooks?.after?.(call, outcome);
      } finally {
        inFlight--;
      }
    },
  });
  const ids = new CountedIds();
  const settle = async () => {
    // Quiet for some turns in a row: a commit starts handlers, a handler's answer the next commit.
    for (let quiet = 0; quiet < 6; ) {
      const before = moves;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = inFlight === 0 && moves === before ? quiet + 1 : 0;
    }
  };
  const until: VirtualRun["until"] = async (what, condition, limitMs = 7 * 86_400_000) => {
    const endMs = clock.now() + limitMs;
    for (;;) {
      await settle();
      if (await condition()) return;
      const next = clock.nextDue();
      if (next === null) throw new Error(`nothing is scheduled any more, still waiting for: ${what}`);
      if (next > endMs) throw new Error(`${limitMs} ms of virtual time have passed, still waiting for: ${what}`);
      clock.advanceTo(next);
    }
  };
  const start = () =>
    startWorker({
      store: counted,
      sagas: options.sagas,
      clock,
      ids,
      random: new SeededRandom(options.seed ?? 1),
      log: options.log ?? silentLogger,
      handleSignals: false,
      id: "worker-1",
      snapshotEvery: options.snapshotEvery ?? 3,
      history: options.history,
      // Virtual time moves from one due thing to the next: the fewer, the quicker.
      leaseMs: 86_400_000,
      pollMs: 3_600_000,
      ...options.limits,
    });
  const run: VirtualRun = {
    clock,
    store: counted,
    client: createClient({ store: counted, clock, ids }),
    worker: await start(),
    settle,
    until,
    async through(promise, limitMs) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      await until("a promise to settle", () => settled, limitMs);
      return promise;
    },
    sleep: (ms) =>
      new Promise((resolve) => {
        clock.schedule(ms, resolve);
      }),
    async close() {
      await run.through(run.worker.stop());
      await opened.close();
    },
  };
  return run;
}
