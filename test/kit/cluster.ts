import {
  type Client,
  type Clock,
  createClient,
  type Implementation,
  type Store,
  silentLogger,
  startWorker,
  type Worker,
  type WorkerOptions,
} from "@sagac/runtime";
import { CountedIds, observeStore, SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { expect } from "vitest";
import type { CommitPart, CommitResult } from "../../runtime/store/store.ts";

/** A commit that the store took, as one of the workers made it. */
export interface Written {
  readonly worker: string;
  readonly partition: string;
  readonly epoch: number;
  readonly sagaId: string;
}

/** A worker and its machine: its own clocks, and a life that can end or stand still at any moment. */
export interface Node {
  readonly id: string;
  readonly worker: Worker;
  /** Every handler and every reply of the store stands still; its timers too. */
  freeze(): void;
  /** Goes on. `asleep`: its monotonic clock stood still meanwhile, as on a machine that was suspended. */
  thaw(options?: { readonly asleep?: boolean }): void;
  /** Its wall clock is set forward or back. */
  jump(ms: number): void;
  kill(): void;
  stop(): Promise<void>;
}

export interface Cluster {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly client: Client;
  readonly nodes: Node[];
  /** What the store took, in its order. */
  readonly written: Written[];
  join(options?: Partial<WorkerOptions>): Promise<Node>;
  /** Lets time pass, event by event. */
  pass(ms: number): Promise<void>;
  until(what: string, condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  through<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export const LEASE_MS = 9_000;

/** Several workers over one store, in virtual time. `sagas`: of a worker, by its id. */
export async function cluster(
  open: (clock: VirtualClock) => Promise<Store>,
  sagas: (node: string, clock: Clock) => readonly Implementation[],
): Promise<Cluster> {
  const clock = new VirtualClock();
  const opened = await open(clock);
  const activity = { inFlight: 0, moves: 0 };
  const written: Written[] = [];
  const nodes: Node[] = [];
  const ids = new CountedIds();
  const store = observeStore(opened, {
    before: () => {
      activity.inFlight++;
      activity.moves++;
    },
    after: () => {
      activity.inFlight--;
    },
  });

  const settle = async () => {
    for (let quiet = 0; quiet < 6; ) {
      const before = activity.moves;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = activity.inFlight === 0 && activity.moves === before ? quiet + 1 : 0;
    }
  };
  const until: Cluster["until"] = async (what, condition, limitMs = 3_600_000) => {
    const endMs = clock.now() + limitMs;
    for (;;) {
      await settle();
      if (await condition()) return;
      const next = clock.nextDue();
      if (next === null || next > endMs) throw new Error(`${limitMs} ms have passed, still waiting for: ${what}`);
      clock.advanceTo(next);
    }
  };
  const through: Cluster["through"] = async (promise) => {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    await until("a promise to settle", () => settled);
    return promise;
  };

  return {
    clock,
    store,
    client: createClient({ store, clock, ids }),
    nodes,
    written,
    until,
    through,
    async join(options = {}) {
      const id = options.id ?? `worker-${nodes.length + 1}`;
      const machine = new Machine(clock, store, activity, (parts, results) => {
        for (const [index, part] of parts.entries()) {
          if (results[index]?.status !== "committed") continue;
          const { partition, epoch } = part.lease;
          written.push({ worker: id, partition: `${partition.saga}/${partition.index}`, epoch, sagaId: part.sagaId });
        }
      });
      const worker = await through(
        startWorker({
          store: machine.store,
          clock: machine,
          sagas: sagas(id, machine),
          id,
          ids,
          random: new SeededRandom(nodes.length + 1),
          log: silentLogger,
          handleSignals: false,
          leaseMs: LEASE_MS,
          graceMs: 5_000,
          ...options,
        }),
      );
      const node: Node = {
        id,
        worker,
        freeze: () => machine.freeze(),
        thaw: ({ asleep = false } = {}) => machine.thaw(asleep),
        jump: (ms) => machine.jump(ms),
        kill: () => machine.kill(),
        stop: () => through(worker.stop()),
      };
      nodes.push(node);
      return node;
    },
    async pass(ms) {
      const endMs = clock.now() + ms;
      for (;;) {
        await settle();
        const next = clock.nextDue();
        if (next === null || next > endMs) break;
        clock.advanceTo(next);
      }
      clock.advanceTo(endMs);
      await settle();
    },
    async close() {
      for (const node of nodes) node.kill();
      await settle();
      await opened.close();
    },
  };
}

/** Of each partition the epochs of what was written never go back, and no epoch has two owners. */
export function expectOneOwner({ written }: Cluster): void {
  const last = new Map<string, number>();
  const owners = new Map<string, string>();
  for (const { partition, epoch, worker } of written) {
    expect(epoch).toBeGreaterThanOrEqual(last.get(partition) ?? 0);
    last.set(partition, epoch);
    const name = `${partition} ${epoch}`;
    expect(owners.get(name) ?? worker).toBe(worker);
    owners.set(name, worker);
  }
}

/** The clocks and the store of one machine, and whether it is running. */
class Machine implements Clock {
  readonly store: Store;
  readonly #clock: VirtualClock;
  #wallOffset = 0;
  #monotonicOffset = 0;
  #frozenAtMs: number | null = null;
  #dead = false;
  #waiting: (() => void)[] = [];

  constructor(
    clock: VirtualClock,
    store: Store,
    activity: { moves: number },
    committed: (parts: readonly CommitPart[], results: readonly CommitResult[]) => void,
  ) {
    this.#clock = clock;
    const observed = observeStore(store, {
      before: () => this.awake(),
      after: async ({ operation, arguments: [parts] }, outcome) => {
        if (operation === "commit" && outcome.ok) {
          committed(parts as readonly CommitPart[], outcome.value as readonly CommitResult[]);
        }
        await this.awake();
        activity.moves++;
      },
    });
    this.store = { ...observed, watch: (listener) => observed.watch((hint) => void this.awake().then(() => listener(hint))) };
  }

  now(): number {
    return this.#clock.now() + this.#wallOffset;
  }

  monotonic(): number {
    return this.#clock.monotonic() + this.#monotonicOffset;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    let cancelled = false;
    const cancel = this.#clock.schedule(delayMs, () => {
      if (this.#frozenAtMs === null && !this.#dead) callback();
      else this.#waiting.push(() => void (cancelled || callback()));
    });
    return () => {
      cancelled = true;
      cancel();
    };
  }

  /** Resolves when it is running; never, when it is dead. */
  awake(): Promise<void> {
    if (this.#frozenAtMs === null && !this.#dead) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  freeze(): void {
    this.#frozenAtMs = this.#clock.now();
  }

  thaw(asleep: boolean): void {
    if (asleep && this.#frozenAtMs !== null) this.#monotonicOffset -= this.#clock.now() - this.#frozenAtMs;
    this.#frozenAtMs = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (!this.#dead) for (const go of waiting) go();
  }

  jump(ms: number): void {
    this.#wallOffset += ms;
  }

  kill(): void {
    this.#dead = true;
    this.#waiting = [];
  }
}
