import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import { part, partition, take } from "./kit.ts";

export function timerCases(it: Cases): void {
  it("a timer is due when its delay has passed by the store's clock, never before", async ({ store, clock }) => {
    const lease = await take(store);
    clock.advanceBy(500);
    const dueAtMs = clock.now() + 100;
    await store.commit([part(lease, { setTimers: [{ key: "deadline", delayMs: 100 }] })]);
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([{ key: "deadline", dueAtMs }]);
    clock.advanceBy(99);
    expect(await store.due(partition(), 10)).toEqual({ due: [], nextDueAtMs: dueAtMs, nowMs: clock.now() });
    clock.advanceBy(1);
    const due = [{ sagaId: "order-1", key: "deadline", dueAtMs }];
    expect(await store.due(partition(), 10)).toEqual({ due, nextDueAtMs: null, nowMs: dueAtMs });
  });

  it("a fraction of a millisecond is rounded up, a delay below zero is due at once", async ({ store, clock }) => {
    const lease = await take(store);
    const setTimers = [
      { key: "fraction", delayMs: 0.25 },
      { key: "past", delayMs: -5000 },
      { key: "now", delayMs: 0 },
    ];
    await store.commit([part(lease, { setTimers })]);
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([
      { key: "now", dueAtMs: clock.now() },
      { key: "past", dueAtMs: clock.now() },
      { key: "fraction", dueAtMs: clock.now() + 1 },
    ]);
  });

  it("an instant is when it says, one that has passed is due at once", async ({ store, clock }) => {
    const lease = await take(store);
    const setTimers = [
      { key: "later", atMs: clock.now() + 7.5 },
      { key: "passed", atMs: clock.now() - 1_000 },
    ];
    await store.commit([part(lease, { setTimers })]);
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([
      { key: "passed", dueAtMs: clock.now() },
      { key: "later", dueAtMs: clock.now() + 8 },
    ]);
  });

  it("one that is further off than whole milliseconds are exact is set for the last of those, and its saga can be read", async ({
    store,
    clock,
  }) => {
    const lease = await take(store);
    const setTimers = [
      { key: "a", delayMs: 2 ** 53 },
      { key: "b", delayMs: 1e300 },
      { key: "c", atMs: Number.MAX_VALUE },
      { key: "d", atMs: 2 ** 53 },
      { key: "e", delayMs: Number.MAX_SAFE_INTEGER - 1 },
      { key: "past", atMs: -1e300 },
    ];
    await store.commit([part(lease, { setTimers })]);
    const last = ["a", "b", "c", "d", "e"].map((key) => ({ key, dueAtMs: Number.MAX_SAFE_INTEGER }));
    const past = { key: "past", dueAtMs: clock.now() };
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([past, ...last]);
    const { due, nextDueAtMs } = await store.due(partition(), 10);
    expect([due.map(({ key }) => key), nextDueAtMs]).toEqual([["past"], Number.MAX_SAFE_INTEGER]);
    // It can be moved and cleared as any other.
    const moved = [{ key: "a", delayMs: 5 }];
    await store.commit([part(lease, { expectedVersion: 1, setTimers: moved, clearTimers: ["b", "c", "d", "e", "past"] })]);
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([{ key: "a", dueAtMs: clock.now() + 5 }]);
  });

  it("reading clears nothing: a timer stays due until a commit clears it", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([part(lease, { setTimers: [{ key: "a", delayMs: 1 }] })]);
    clock.advanceBy(1000);
    expect((await store.due(partition(), 10)).due).toHaveLength(1);
    expect((await store.due(partition(), 10)).due).toHaveLength(1);
    await store.commit([part(lease, { expectedVersion: 1, commitId: "commit-2", clearTimers: ["a"] })]);
    expect(await store.due(partition(), 10)).toEqual({ due: [], nextDueAtMs: null, nowMs: clock.now() });
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([]);
  });

  it("setting an existing key moves it, in both directions", async ({ store, clock }) => {
    const lease = await take(store);
    const start = clock.now();
    await store.commit([part(lease, { setTimers: [{ key: "a", delayMs: 100 }] })]);
    await store.commit([part(lease, { expectedVersion: 1, setTimers: [{ key: "a", delayMs: 300 }] })]);
    expect((await store.due(partition(), 10)).nextDueAtMs).toBe(start + 300);
    await store.commit([part(lease, { expectedVersion: 2, setTimers: [{ key: "a", delayMs: 50 }] })]);
    expect((await store.due(partition(), 10)).nextDueAtMs).toBe(start + 50);
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([{ key: "a", dueAtMs: start + 50 }]);
  });

  it("a key that one commit clears and sets is set, and one set twice has the last delay", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([part(lease, { setTimers: [{ key: "a", delayMs: 100 }] })]);
    const setTimers = [
      { key: "a", delayMs: 7 },
      { key: "b", delayMs: 1 },
      { key: "b", delayMs: 9 },
    ];
    await store.commit([part(lease, { expectedVersion: 1, clearTimers: ["a"], setTimers })]);
    expect((await store.load(partition(), "order-1"))?.timers).toEqual([
      { key: "a", dueAtMs: clock.now() + 7 },
      { key: "b", dueAtMs: clock.now() + 9 },
    ]);
    clock.advanceBy(100);
    expect((await store.due(partition(), 10)).due).toHaveLength(2);
  });

  it("clearing what is not there is nothing", async ({ store }) => {
    const lease = await take(store);
    expect(await store.commit([part(lease, { clearTimers: ["never", "set"] })])).toMatchObject([{ status: "committed" }]);
  });

  it("the same key of another saga, partition or version is another timer", async ({ store, clock }) => {
    const lease = await take(store);
    const elsewhere = await take(store, partition(1));
    const setTimers = [{ key: "a", delayMs: 1 }];
    await store.commit([
      part(lease, { setTimers }),
      part(lease, { sagaId: "order-2", setTimers }),
      part(elsewhere, { setTimers }),
    ]);
    await store.commit([part(lease, { expectedVersion: 1, clearTimers: ["a"] })]);
    clock.advanceBy(10);
    expect((await store.due(partition(), 10)).due.map(({ sagaId }) => sagaId)).toEqual(["order-2"]);
    expect((await store.due(partition(1), 10)).due.map(({ sagaId }) => sagaId)).toEqual(["order-1"]);
  });

  it("due ones come earliest first; where the limit cuts, the next one may be in the past", async ({ store, clock }) => {
    const lease = await take(store);
    const start = clock.now();
    for (const [index, delayMs] of [40, 10, 30, 20, 9000].entries()) {
      await store.commit([part(lease, { sagaId: `order-${index}`, setTimers: [{ key: "t", delayMs }] })]);
    }
    clock.advanceBy(100);
    const all = await store.due(partition(), 10);
    expect(all.due.map(({ sagaId }) => sagaId)).toEqual(["order-1", "order-3", "order-2", "order-0"]);
    expect(all.nextDueAtMs).toBe(start + 9000);
    const cut = await store.due(partition(), 2);
    expect(cut.due.map(({ sagaId }) => sagaId)).toEqual(["order-1", "order-3"]);
    expect(cut.nextDueAtMs).toBe(start + 30);
    expect((await store.due(partition(), 4)).nextDueAtMs).toBe(start + 9000);
  });

  it("of timers due at the same time the order is by saga, then key, and fixed", async ({ store, clock }) => {
    const lease = await take(store);
    const setTimers = ["b", "a", "a b", "A"].map((key) => ({ key, delayMs: 5 }));
    for (const sagaId of ["order-2", "order-10", "order-1", "order 1"]) await store.commit([part(lease, { sagaId, setTimers })]);
    clock.advanceBy(5);
    const { due } = await store.due(partition(), 100);
    expect(due.map(({ sagaId, key }) => `${sagaId}|${key}`)).toEqual(
      ["order%201", "order-1", "order-10", "order-2"].flatMap((id) =>
        ["A", "a", "a b", "b"].map((key) => `${decodeURIComponent(id)}|${key}`),
      ),
    );
  });
}
