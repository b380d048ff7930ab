import type { Meter } from "@opentelemetry/api";
import { checkCount, checkFunctions, checkOptions, checkStore } from "../arguments.ts";
import type { Logger } from "../engine/handlers.ts";

import { type Clock, systemClock } from "../ports/clock.ts";
import { sagaKey } from "../store/partition.ts";
import type { SagaCondition, SagaVersion, Store } from "../store/store.ts";
import { consoleLogger, steady } from "./log.ts";
import { Instruments, meterOf, type Tell } from "./meter.ts";

export interface MeasureStoreOptions {
  readonly store: Store;
  /** Default: one of the SDK that the process has registered. */
  readonly meter?: Meter;
  /** The store is asked at most so often, however often the figures are. Default 30 s. */
  readonly everyMs?: number;
  readonly log?: Logger;
  readonly clock?: Clock;
}

/** What is measured of a whole store, in one place. */
export interface StoreMetrics {
  /** Tells of it no more. The store stays open. */
  stop(): void;
}

/**
 * Measures what only the whole store knows, whoever works in it and also where nobody does: sagas that run, that are parked, quarantined or
 * overdue, and partitions that nobody holds. One process is enough. The store is asked when the figures are; while it does not answer there are
 * no new ones. Without a registered SDK and a `meter` it does nothing. Rejects with `RT1019` or `RT1017` for an option that it cannot work with.
 */
export async function measureStore(options: MeasureStoreOptions): Promise<StoreMetrics> {
  checkOptions("measureStore", options, Object.keys(OPTIONS));
  checkStore("measureStore", options.store);
  const { store, everyMs = 30_000, clock = systemClock } = options;
  if (options.log !== undefined) checkFunctions("measureStore", "a logger as `log`", options.log, ["info", "warn", "error"]);
  const log = steady(options.log ?? consoleLogger);
  checkCount("measureStore", "everyMs", everyMs, 0, Number.MAX_SAFE_INTEGER);
  const meter = await meterOf(options.meter, "measureStore");
  if (meter === null) return { stop: () => undefined };
  const known = new Map<string, SagaVersion>();
  let last: { readonly atMs: number; readonly figures: Promise<Figures | null> } | null = null;
  let counting = false;
  const stop = new Instruments(meter).observe(OF_STORE, async (tell) => {
    const nowMs = clock.monotonic();
    // A store that is slow to count is not asked again meanwhile.
    if (!counting && (last === null || nowMs - last.atMs >= everyMs)) {
      counting = true;
      const figures = figuresOf(store, known)
        .catch((error: unknown) => {
          last = null;
          log.warn("the sagas of the store could not be counted", { error: String(error) });
          return null;
        })
        .finally(() => {
          counting = false;
        });
      last = { atMs: nowMs, figures };
    }
    tellAll((await last?.figures) ?? null, tell);
  });
  return { stop };
}

const CONDITIONS = ["parked", "quarantined", "overdue"] as const satisfies readonly SagaCondition[];

interface Figures {
  readonly sagas: readonly (SagaVersion & { readonly unowned: number; readonly unownedMs: number })[];
  readonly counts: readonly {
    readonly saga: string;
    readonly running: number;
    readonly conditions: readonly (readonly [condition: string, count: number])[];
  }[];
}

/** `known`: all that was ever seen; what is not there any more is told of with 0, as an SDK may go on telling of what it heard last. */
async function figuresOf(store: Store, known: Map<string, SagaVersion>): Promise<Figures> {
  const [there, occupied] = await Promise.all([store.sagas(), store.occupied(null)]);
  const versions = [...there, ...occupied.map(({ partition: { saga, version } }) => ({ saga, version }))];
  for (const { saga, version } of versions) known.set(sagaKey({ saga, version }), { saga, version });
  const counts: Figures["counts"][number][] = [];
  // One after the other: nobody waits for them, and the store has others to serve.
  for (const saga of new Set([...known.values()].map((one) => one.saga))) {
    const running = await store.count({ saga, status: "running" });
    const conditions: [string, number][] = [];
    for (const condition of CONDITIONS) conditions.push([condition, await store.count({ saga, condition })]);
    counts.push({ saga, running, conditions });
  }
  const unowned = new Map<string, { count: number; ms: number }>();
  for (const { owner, partition, unownedMs } of occupied) {
    if (owner !== null) continue;
    const key = sagaKey(partition);
    const { count, ms } = unowned.get(key) ?? { count: 0, ms: 0 };
    unowned.set(key, { count: count + 1, ms: Math.max(ms, unownedMs) });
  }
  const sagas = [...known].map(([key, one]) => {
    const its = unowned.get(key);
    return { ...one, unowned: its?.count ?? 0, unownedMs: its?.ms ?? 0 };
  });
  return { sagas, counts };
}

function tellAll(figures: Figures | null, tell: Tell<(typeof OF_STORE)[number]>): void {
  for (const { saga, version, unowned, unownedMs } of figures?.sagas ?? []) {
    const of = { "saga.name": saga, "saga.version": version };
    tell("storeUnownedPartitions", unowned, of);
    tell("storeUnownedFor", unownedMs / 1_000, of);
  }
  for (const { saga, running, conditions } of figures?.counts ?? []) {
    tell("storeRunning", running, { "saga.name": saga });
    for (const [condition, count] of conditions) {
      tell("storeConditions", count, { "saga.name": saga, "saga.condition": condition });
    }
  }
}

const OF_STORE = ["storeRunning", "storeConditions", "storeUnownedPartitions", "storeUnownedFor"] as const;

const OPTIONS = { store: true, meter: true, everyMs: true, log: true, clock: true } satisfies Record<
  keyof MeasureStoreOptions,
  true
>;
