import { expect } from "vitest";
import type { CommitPart, Lease, Removal, Store } from "../../runtime/store/store.ts";
import type { Cases } from "./cases.ts";
import { command, NASTY_IDS, part, partition, take } from "./kit.ts";

const KEEP = { keepMs: 1_000, rememberMs: 5_000 };
const APPLIED = { status: "applied", code: null, message: null } as const;
const SHOWN = { tags: { customer: "kim" }, steps: [], waitingFor: [] };

export function retentionCases(it: Cases): void {
  it("what is over is removed `keepMs` later, with its family: what is left says how it ended", async ({ store, clock }) => {
    const lease = await take(store);
    await store.append(partition(), command());
    const [start] = await store.pending(partition(), 1);
    const consume = [{ position: start?.position ?? "", id: command().id, result: APPLIED }];
    const setTimers = [{ key: "t", delayMs: 50_000 }];
    await store.commit([
      ended(lease, "order-1", { records: ["a", "b"], shown: SHOWN, consume, setTimers, conditions: ["overdue"] }),
      ended(lease, "order-1//trip.1.0", { root: "order-1", records: ["c"], setTimers, snapshot: { whole: "x".repeat(9_000) } }),
    ]);
    const endedAtMs = clock.now();
    clock.advanceBy(999);
    expect(await store.remove(partition(), KEEP, 100)).toEqual({ removed: 0, forgotten: 0, more: false });
    expect(await store.count({ tags: SHOWN.tags })).toBe(1);
    clock.advanceBy(1);
    expect(await store.remove(partition(), KEEP, 100)).toEqual({ removed: 1, forgotten: 0, more: false });
    expect(await store.load(partition(), "order-1")).toMatchObject({
      removed: true,
      status: "completed",
      conditions: [],
      snapshot: { whole: "", changes: [] },
      timers: [],
      createdAtMs: endedAtMs,
      updatedAtMs: endedAtMs,
    });
    expect(await store.load(partition(), "order-1//trip.1.0")).toBeNull();
    for (const id of ["order-1", "order-1//trip.1.0"]) expect(await store.history(partition(), id, 0, 10)).toEqual([]);
    expect(await store.children(partition(), "order-1", null, 10)).toEqual({ children: [], cursor: null });
    expect(await store.due(partition(), 10)).toMatchObject({ due: [], nextDueAtMs: null });
    for (const search of [{}, { tags: SHOWN.tags }, { condition: "overdue" as const }]) expect(await store.count(search)).toBe(0);
    expect((await store.list({ tags: SHOWN.tags }, { after: null, newestFirst: true, limit: 5 })).sagas).toEqual([]);
    // What it was asked is remembered.
    expect(await store.commandResult(partition(), command().id)).toEqual(APPLIED);
    expect(await store.append(partition(), command())).toMatchObject({ status: "duplicate", payload: command().payload });
    expect(await store.sagas()).toEqual([{ saga: "PlaceOrder", version: 1 }]);
  });

  it("it is forgotten `rememberMs` after that, with every command of its family; its id is free then", async ({
    store,
    clock,
  }) => {
    const lease = await take(store);
    const ids = ["start:order-1", "signal:1", "operator:2"];
    for (const id of ids)
      await store.append(partition(), command({ id, sagaId: id === "operator:2" ? "order-1//a.1.0" : "order-1" }));
    await store.append(partition(), command({ id: "signal:3", sagaId: "order-10" }));
    await store.commit([ended(lease, "order-1")]);
    clock.advanceBy(5_999);
    expect(await store.remove(partition(), KEEP, 100)).toEqual({ removed: 1, forgotten: 0, more: false });
    expect(await store.pending(partition(), 10)).toHaveLength(4);
    clock.advanceBy(1);
    expect(await store.remove(partition(), KEEP, 100)).toEqual({ removed: 0, forgotten: 1, more: false });
    expect(await store.load(partition(), "order-1")).toBeNull();
    expect((await store.pending(partition(), 10)).map(({ id }) => id)).toEqual(["signal:3"]);
    for (const id of ids) expect(await store.commandResult(partition(), id)).toBeNull();
    expect(await store.append(partition(), command())).toEqual({ status: "appended" });
    expect(await store.commit([part(lease)])).toMatchObject([{ status: "committed", version: 1 }]);
    expect(await store.load(partition(), "order-1")).toMatchObject({ removed: false, status: "running" });
    expect(await store.remove(partition(), { keepMs: 0, rememberMs: 0 }, 100)).toEqual({ removed: 0, forgotten: 0, more: false });
  });

  const kept: readonly [string, Partial<CommitPart>][] = [
    ["running", { status: "running", live: true }],
    ["with an ending that runs", { live: true, conditions: ["ending"] }],
    ["parked", { conditions: ["parked"] }],
    ["quarantined", { live: true, conditions: ["quarantined"] }],
    ["quarantined and overdue", { conditions: ["overdue", "quarantined"] }],
  ];
  it("never what runs, or waits for a person; nor what is so again", async ({ store, clock }) => {
    const lease = await take(store);
    for (const [sagaId, changes] of kept) {
      await store.commit([ended(lease, sagaId, changes), ended(lease, `${sagaId} again`)]);
      await store.commit([ended(lease, `${sagaId} again`, { ...changes, expectedVersion: 1 })]);
    }
    clock.advanceBy(1_000_000);
    expect(await store.remove(partition(), KEEP, 100)).toEqual({ removed: 0, forgotten: 0, more: false });
    expect(await store.count({})).toBe(2 * kept.length);
    for (const [sagaId] of kept) await store.commit([ended(lease, sagaId, { expectedVersion: 1 })]);
    clock.advanceBy(1_000);
    expect(await store.remove(partition(), KEEP, 100)).toEqual({ removed: kept.length, forgotten: 0, more: false });
  });

  it("counts from when it was over first: what is written of it later delays nothing", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([ended(lease, "order-1")]);
    clock.advanceBy(900);
    await store.commit([ended(lease, "order-1", { expectedVersion: 1, records: ["late"] })]);
    clock.advanceBy(100);
    expect(await store.remove(partition(), KEEP, 100)).toMatchObject({ removed: 1 });
  });

  it("a commit that was computed before is a conflict; what is consumed of one that is removed stays removed", async ({
    store,
    clock,
  }) => {
    const lease = await take(store);
    await store.commit([ended(lease, "order-1", { shown: SHOWN }), ended(lease, "order-1//a.1.0", { root: "order-1" })]);
    clock.advanceBy(1_000);
    await store.remove(partition(), KEEP, 100);
    const late = [
      ended(lease, "order-1", { expectedVersion: 1 }),
      ended(lease, "order-1//a.1.0", { root: "order-1", expectedVersion: 1 }),
    ];
    for (const each of late) expect(await store.commit([each])).toMatchObject([{ status: "conflict" }]);
    await store.append(partition(), command({ id: "signal:1", kind: "signal" }));
    const [signal] = await store.pending(partition(), 1);
    const consume = [{ position: signal?.position ?? "", id: "signal:1", result: APPLIED }];
    const version = (await store.load(partition(), "order-1"))?.version ?? 0;
    const farewell = ended(lease, "order-1", { expectedVersion: version, snapshot: { whole: "" }, consume });
    expect(await store.commit([farewell])).toMatchObject([{ status: "committed" }]);
    expect(await store.load(partition(), "order-1")).toMatchObject({ removed: true, status: "completed" });
    expect(await store.count({})).toBe(0);
    clock.advanceBy(5_000);
    expect(await store.remove(partition(), KEEP, 100)).toEqual({ removed: 0, forgotten: 1, more: false });
    expect(await store.commandResult(partition(), "signal:1")).toBeNull();
  });

  it("what is written of a family after it was removed goes when that is forgotten", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([ended(lease, "order-1")]);
    clock.advanceBy(1_000);
    await wholly(store);
    const { version = 0 } = (await store.load(partition(), "order-1")) ?? {};
    const late = { root: "order-1", status: "running", live: true } as const;
    await store.commit([ended(lease, "order-1", { expectedVersion: version }), ended(lease, "order-1//a.1.0", late)]);
    for (let times = 0; times < 2; times++) {
      await wholly(store);
      expect(await store.load(partition(), "order-1//a.1.0")).not.toBeNull();
    }
    clock.advanceBy(5_000);
    await wholly(store);
    for (const id of ["order-1", "order-1//a.1.0"]) expect(await store.load(partition(), id)).toBeNull();
  });

  it("takes a bounded number of rows a call, and says that there is more; at every point it is removed as a whole", async ({
    store,
    clock,
  }) => {
    const lease = await take(store);
    const children = Array.from({ length: 40 }, (_, index) => `order-1//a.1.${index}`);
    const records = Array.from({ length: 30 }, (_, index) => `${index}`);
    await store.commit([
      ended(lease, "order-1", { records, shown: SHOWN }),
      ...children.map((sagaId) => ended(lease, sagaId, { root: "order-1", records: ["a", "b"] })),
      ...["order-2", "order-3"].map((sagaId) => ended(lease, sagaId)),
    ]);
    for (let index = 0; index < 25; index++) await store.append(partition(), command({ id: `c-${index}` }));
    clock.advanceBy(6_000);
    const sums = { removed: 0, forgotten: 0 };
    let calls = 0;
    for (let last: Removal | null = null; last?.more !== false; calls++) {
      last = await store.remove(partition(), KEEP, 10);
      sums.removed += last.removed;
      sums.forgotten += last.forgotten;
      const left = await store.load(partition(), "order-1");
      expect(left === null || left.removed).toBe(true);
      expect(calls).toBeLessThan(50);
    }
    expect(sums).toEqual({ removed: 3, forgotten: 3 });
    // Forty children, and as many commands as there are, ten at a time at most.
    expect(calls).toBeGreaterThan(6);
    for (const id of ["order-1", ...children, "order-2"]) {
      expect(await store.load(partition(), id)).toBeNull();
      expect(await store.history(partition(), id, 0, 50)).toEqual([]);
    }
    expect(await store.pending(partition(), 50)).toEqual([]);
    expect(await store.remove(partition(), KEEP, 10)).toEqual({ removed: 0, forgotten: 0, more: false });
  });

  it("takes away nothing of others, whatever their ids, partitions and versions", async ({ store, clock }) => {
    const elsewhere = partition(0, "PlaceOrder", 2);
    const [lease, other] = [await take(store), await take(store, elsewhere)];
    const odd = NASTY_IDS.filter((_, index) => index % 2 === 1);
    for (const [index, sagaId] of NASTY_IDS.entries()) {
      const running = { status: "running", live: true, records: ["a"] } as const;
      await store.append(partition(), command({ id: `c-${index}`, sagaId }));
      await store.commit([ended(lease, sagaId, odd.includes(sagaId) ? { records: ["a"] } : running)]);
      await store.commit([ended(other, sagaId, { records: ["a"] })]);
      await store.append(elsewhere, command({ id: `c-${index}`, sagaId, kind: "signal" }));
    }
    clock.advanceBy(6_000);
    await wholly(store);
    for (const [index, sagaId] of NASTY_IDS.entries()) {
      const gone = odd.includes(sagaId);
      expect((await store.load(partition(), sagaId)) === null, JSON.stringify(sagaId)).toBe(gone);
      expect(await store.history(partition(), sagaId, 0, 5)).toHaveLength(gone ? 0 : 1);
      expect(await store.append(partition(), command({ id: `c-${index}`, sagaId, kind: "signal" }))).toMatchObject({
        status: gone ? "absent" : "duplicate",
      });
      expect(await store.history(elsewhere, sagaId, 0, 5)).toHaveLength(1);
    }
    expect(await store.pending(elsewhere, 100)).toHaveLength(NASTY_IDS.length);
  });

  it("at once, and again and again, it comes to the same; what no retention is is refused", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit(Array.from({ length: 30 }, (_, index) => ended(lease, `order-${index}`, { records: ["a"] })));
    clock.advanceBy(1_000);
    const all = await Promise.all(Array.from({ length: 4 }, () => store.remove(partition(), KEEP, 200)));
    expect(all.reduce((sum, { removed }) => sum + removed, 0)).toBe(30);
    for (const wrong of [
      { keepMs: -1, rememberMs: 0 },
      { keepMs: 0, rememberMs: 1.5 },
      { keepMs: Number.NaN, rememberMs: 0 },
    ]) {
      await expect(store.remove(partition(), wrong, 10)).rejects.toThrow(RangeError);
    }
    await expect(store.remove(partition(), KEEP, 0)).rejects.toThrow(RangeError);
    await expect(store.remove(partition(99), KEEP, 1)).rejects.toMatchObject({ code: "RT2007" });
  });
}

async function wholly(store: Store): Promise<void> {
  while ((await store.remove(partition(), KEEP, 7)).more);
}

function ended(lease: Lease, sagaId: string, changes: Partial<CommitPart> = {}): CommitPart {
  return part(lease, { sagaId, status: "completed", live: false, active: false, ...changes });
}
