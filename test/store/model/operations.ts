import fc from "fast-check";
import { rootOf } from "../../../runtime/store/partition.ts";
import type { CommitPart, Lease, ListedSaga, Partition, Place, Search, Store } from "../../../runtime/store/store.ts";
import { SAGA_CONDITIONS } from "../../../runtime/store/store.ts";
import type { VirtualClock } from "../../../runtime/testing/index.ts";
import { NASTY_IDS, part, partition } from "../../conformance/kit.ts";

/** What is done, in words that mean the same for every store: leases and commands are named by when they were handed out. */
export type Operation =
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "take"; readonly where: number; readonly owner: string; readonly ttlMs: number }
  | { readonly kind: "renew"; readonly lease: number; readonly ttlMs: number }
  | { readonly kind: "release"; readonly lease: number }
  | { readonly kind: "attend"; readonly owner: string; readonly version: number; readonly ttlMs: number }
  | {
      readonly kind: "append";
      readonly where: number;
      readonly id: string;
      readonly sagaId: string;
      readonly payload: string;
      readonly starts: boolean;
    }
  | { readonly kind: "commit"; readonly parts: readonly PlannedPart[] }
  | { readonly kind: "remove"; readonly where: number; readonly keepMs: number; readonly rememberMs: number }
  | { readonly kind: "search"; readonly search: Search; readonly newestFirst: boolean; readonly limit: number }
  | { readonly kind: "read"; readonly where: number; readonly sagaId: string; readonly limit: number; readonly after: number };

interface PlannedPart {
  readonly lease: number;
  readonly sagaId: string;
  /** Computed from the version that is there, or from another. */
  readonly staleBy: number;
  readonly written: "whole" | "change" | "rest" | "as it was";
  /** Begins the text of the snapshot: long ones may stand elsewhere. */
  readonly padding: string;
  readonly status: CommitPart["status"];
  readonly live: boolean;
  readonly active: boolean;
  readonly conditions: CommitPart["conditions"];
  readonly shown: CommitPart["shown"];
  readonly records: readonly string[];
  readonly replaces: number;
  readonly setTimers: CommitPart["setTimers"];
  readonly clearTimers: readonly string[];
  readonly consume: number;
}

/** One store under test, with what it has handed out so far. */
export interface Subject {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly leases: Lease[];
  commits: number;
}

const PARTITIONS: readonly Partition[] = [partition(0), partition(1), partition(0, "PlaceOrder", 2)];
const SAGAS = ["order-1", "order-1//a.1.0", "order-1//a.1.1", "order 1", "{order}", "名", ...NASTY_IDS.slice(0, 3)];
/** The last two are what starts are called. */
const COMMANDS = ["c{1}", "c 2", "c3", "start:order-1", "start:{order}"];
const TAGS = { customer: "{kim}", weight: 1 };
const STEPS = ["pay", "$await1"];
const TIMERS = ["deadline", "deadline:a", "a b"];

/** Does it, and tells what came of it in a form that is equal for equal stores. */
export async function perform(subject: Subject, operation: Operation): Promise<unknown> {
  const { store, clock, leases } = subject;
  switch (operation.kind) {
    case "advance":
      clock.advanceBy(operation.ms);
      return await store.now();
    case "take":
    case "renew": {
      const held = operation.kind === "renew" ? leases[operation.lease % Math.max(1, leases.length)] : undefined;
      if (operation.kind === "renew" && held === undefined) return "nothing to renew";
      const where = held?.partition ?? at(PARTITIONS, operation.kind === "take" ? operation.where : 0);
      const owner = operation.kind === "take" ? operation.owner : (held?.owner ?? "");
      const answer = await store.lease([{ partition: where, epoch: held?.epoch ?? null }], owner, operation.ttlMs);
      leases.push(...answer.filter((lease) => lease !== null));
      // Which server gave a lease is known only where there is one.
      return answer.map((lease) => lease && { ...lease, server: undefined });
    }
    case "release": {
      const held = leases[operation.lease % Math.max(1, leases.length)];
      return await store.release(held === undefined ? [] : [held]);
    }
    case "attend": {
      const { owner, version, ttlMs } = operation;
      const here = await store.attend({ owner, serves: [{ saga: "PlaceOrder", version }] }, ttlMs);
      return [here, await store.occupied([{ saga: "PlaceOrder", version }]), await store.occupied(null)];
    }
    case "append": {
      const { id, sagaId, payload, starts } = operation;
      const where = at(PARTITIONS, operation.where);
      if (!starts) return await store.append(where, { id, sagaId, kind: "signal", payload });
      const rootId = rootOf(sagaId);
      // An id has the same index in every version.
      const start = { id: `start:${rootId}`, sagaId: rootId, kind: "start", payload } as const;
      return await store.append({ ...where, index: 0 }, start);
    }
    case "commit": {
      const parts: CommitPart[] = [];
      const ofFamily = new Map<string, Lease>();
      for (const planned of operation.parts) {
        // A family is under one lease.
        const lease = ofFamily.get(rootOf(planned.sagaId)) ?? leases[planned.lease % Math.max(1, leases.length)];
        if (lease === undefined) continue;
        ofFamily.set(rootOf(planned.sagaId), lease);
        parts.push(await actualPart(subject, planned, lease));
      }
      return await store.commit(parts);
    }
    case "remove": {
      const { keepMs, rememberMs } = operation;
      return await store.remove(at(PARTITIONS, operation.where), { keepMs, rememberMs }, 10_000);
    }
    case "search":
      return await searched(store, operation);
    case "read":
      return await readAll(store, at(PARTITIONS, operation.where), operation);
  }
}

/** Everything that can be read of all partitions. */
export async function readEverything(store: Store): Promise<unknown> {
  const all = [];
  for (const where of PARTITIONS) {
    for (const sagaId of SAGAS) all.push(await readAll(store, where, { sagaId, limit: 1000, after: 0 }));
  }
  return [...all, await store.occupied(null), await searched(store, { search: {}, newestFirst: false, limit: 3 })];
}

/** Every page, and the count. */
async function searched(
  store: Store,
  { search, newestFirst, limit }: { readonly search: Search; readonly newestFirst: boolean; readonly limit: number },
): Promise<unknown> {
  const sagas: ListedSaga[] = [];
  for (let after: Place | null = null; ; ) {
    const page: Awaited<ReturnType<Store["list"]>> = await store.list(search, { after, newestFirst, limit });
    sagas.push(...page.sagas);
    if (page.next === null) return [sagas, await store.count(search)];
    after = page.next;
  }
}

async function actualPart(subject: Subject, planned: PlannedPart, lease: Lease): Promise<CommitPart> {
  const there = await subject.store.load(lease.partition, planned.sagaId);
  const pending = await subject.store.pending(lease.partition, planned.consume + 1);
  subject.commits += 1;
  const expectedVersion = Math.max(0, (there?.version ?? 0) - planned.staleBy);
  const text = `${planned.padding}${subject.commits}`;
  const { sagaId, status, conditions, shown, records, replaces, setTimers, clearTimers } = planned;
  return part(lease, {
    sagaId,
    root: rootOf(sagaId) === sagaId ? null : rootOf(sagaId),
    status,
    live: planned.live,
    active: planned.active,
    conditions,
    shown,
    records,
    ...(replaces === 0 || expectedVersion === 0 ? {} : { replaces }),
    setTimers,
    clearTimers,
    commitId: `commit-${subject.commits}`,
    expectedVersion,
    snapshot: expectedVersion === 0 ? { whole: text } : snapshotOf(planned, text),
    consume: pending
      .slice(0, planned.consume)
      .map(({ position, id }) => ({ position, id, result: { status: "applied", code: null, message: `by ${sagaId}` } })),
  });
}

function snapshotOf({ written }: PlannedPart, text: string): CommitPart["snapshot"] {
  if (written === "whole") return { whole: text };
  return written === "change" ? { change: text } : { rest: written === "rest" ? text : null };
}

async function readAll(
  store: Store,
  where: Partition,
  { sagaId, limit, after }: { readonly sagaId: string; readonly limit: number; readonly after: number },
): Promise<unknown> {
  const pending = await store.pending(where, limit);
  const active = await store.active(where, null, limit);
  return {
    saga: await store.load(where, sagaId),
    history: await store.history(where, sagaId, after, limit),
    active,
    next: active.cursor === null ? null : await store.active(where, active.cursor, limit),
    children: await store.children(where, rootOf(sagaId), null, limit),
    due: await store.due(where, limit),
    // Positions are each store's own; what they mean is the order.
    pending: pending.map(({ position: _, ...command }) => command),
    results: await Promise.all(COMMANDS.map((id) => store.commandResult(where, id))),
  };
}

const word = (pool: readonly string[]) => fc.constantFrom(...pool);

const plannedPart: fc.Arbitrary<PlannedPart> = fc.record({
  lease: fc.nat(50),
  sagaId: word(SAGAS),
  staleBy: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, -1) }),
  written: fc.constantFrom("whole", "change", "rest", "as it was"),
  padding: fc.constantFrom("snapshot ", "x".repeat(5_000)),
  status: fc.constantFrom("running", "running", "completed", "compensated"),
  live: fc.boolean(),
  active: fc.boolean(),
  conditions: fc.subarray([...SAGA_CONDITIONS]),
  shown: fc.option(fc.record({ tags: fc.constant(TAGS), steps: fc.subarray(STEPS), waitingFor: fc.subarray(STEPS) }), {
    nil: undefined,
  }),
  records: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
  replaces: fc.constantFrom(0, 0, 0, 1, 2, 5),
  setTimers: fc.array(
    fc.oneof(
      fc.record({ key: word(TIMERS), delayMs: fc.integer({ min: -10, max: 3000 }) }),
      // The run begins at 10^12.
      fc.record({ key: word(TIMERS), atMs: fc.integer({ min: 999_999_999_990, max: 1_000_000_003_000 }) }),
    ),
    { maxLength: 3 },
  ),
  clearTimers: fc.subarray(TIMERS),
  consume: fc.nat(2),
});

/** Each clause of it is there or not. */
const search: fc.Arbitrary<Search> = fc.record(
  {
    saga: fc.constantFrom("PlaceOrder", "Nothing"),
    version: fc.constantFrom(1, 2),
    status: fc.constantFrom("running", "completed", "compensated"),
    condition: fc.constantFrom(...SAGA_CONDITIONS),
    tags: fc.constantFrom({}, TAGS, { customer: "lee" }),
    step: word(STEPS),
    waitingFor: word(STEPS),
    startedFromMs: fc.integer({ min: 1_000_000_000_000, max: 1_000_000_002_000 }),
    startedToMs: fc.integer({ min: 1_000_000_000_000, max: 1_000_000_009_000 }),
    changedToMs: fc.integer({ min: 1_000_000_000_000, max: 1_000_000_009_000 }),
  },
  { requiredKeys: [] },
);

const where = fc.nat(PARTITIONS.length - 1);
const ttlMs = fc.constantFrom(1, 500, 5000);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.constantFrom(0, 1, 100, 600, 5000) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("take" as const), where, owner: fc.constantFrom("w1", "w2"), ttlMs }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("renew" as const), lease: fc.nat(50), ttlMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("release" as const), lease: fc.nat(50) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("attend" as const),
      owner: fc.constantFrom("w1", "w 2", "w{3}"),
      version: fc.constantFrom(1, 2),
      ttlMs: fc.constantFrom(0, 1, 500, 5000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      where,
      id: word(COMMANDS),
      sagaId: word(SAGAS),
      payload: fc.string({ unit: "binary" }),
      starts: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      // Of one saga only one part in a call; the lease decides its partition.
      parts: fc.uniqueArray(plannedPart, { minLength: 1, maxLength: 4, selector: ({ sagaId }) => sagaId }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      where,
      keepMs: fc.constantFrom(0, 100, 1_000),
      rememberMs: fc.constantFrom(0, 500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("search" as const),
      search,
      newestFirst: fc.boolean(),
      limit: fc.constantFrom(1, 2, 50),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("read" as const),
      where,
      sagaId: word(SAGAS),
      limit: fc.constantFrom(1, 2, 5),
      after: fc.nat(3),
    }),
  },
);

/** Begins with leases on all partitions, so that most commits are not fenced. */
export const operations: fc.Arbitrary<Operation[]> = fc
  .array(operation, { minLength: 10, maxLength: 40 })
  .map((rest) => [...PARTITIONS.map((_, index) => ({ kind: "take" as const, where: index, owner: "w1", ttlMs: 5000 })), ...rest]);

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}
