import { expect } from "vitest";
import { HISTORY_BYTES } from "../../runtime/store/history.ts";
import type { Cases } from "./cases.ts";
import { part, partition, take } from "./kit.ts";

export function readingCases(it: Cases): void {
  it("what was never written: null, none, nothing", async ({ store, clock }) => {
    expect(await store.load(partition(), "nobody")).toBeNull();
    expect(await store.history(partition(), "nobody", 0, 10)).toEqual([]);
    expect(await store.active(partition(), null, 10)).toEqual({ ids: [], cursor: null });
    expect(await store.due(partition(), 10)).toEqual({ due: [], nextDueAtMs: null, nowMs: clock.now() });
    expect(await store.pending(partition(), 10)).toEqual([]);
    expect(await store.commandResult(partition(), "nobody")).toBeNull();
  });

  it("now is the clock's", async ({ store, clock }) => {
    expect(await store.now()).toBe(clock.now());
    clock.advanceBy(12_345);
    expect(await store.now()).toBe(clock.now());
  });

  it("records are numbered from 1 without gaps, over commits, with the time of theirs", async ({ store, clock }) => {
    const lease = await take(store);
    const first = clock.now();
    await store.commit([part(lease, { records: ["a", "b"] })]);
    await store.commit([part(lease, { expectedVersion: 1 })]);
    clock.advanceBy(5);
    await store.commit([part(lease, { expectedVersion: 2, records: ["c"] })]);
    expect(await store.history(partition(), "order-1", 0, 10)).toEqual([
      { number: 1, atMs: first, record: "a" },
      { number: 2, atMs: first, record: "b" },
      { number: 3, atMs: first + 5, record: "c" },
    ]);
  });

  it("history is read in pages, after a number", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: Array.from({ length: 25 }, (_, index) => `${index + 1}`) })]);
    const numbers = async (after: number, limit: number) =>
      (await store.history(partition(), "order-1", after, limit)).map(({ number, record }) => [number, Number(record)]);
    expect(await numbers(0, 2)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await numbers(9, 3)).toEqual([
      [10, 10],
      [11, 11],
      [12, 12],
    ]);
    expect(await numbers(24, 10)).toEqual([[25, 25]]);
    expect(await numbers(25, 10)).toEqual([]);
    expect(await numbers(1000, 10)).toEqual([]);
  });

  it("of large records no more come than a page holds: none after those that have so many bytes, and the first always", async ({
    store,
  }) => {
    const lease = await take(store);
    const large = "x".repeat(HISTORY_BYTES / 2);
    const records = ["a", "é".repeat(50), "b".repeat(99), "c", ...Array.from({ length: 20 }, () => "d"), large, large, "e"];
    await store.commit([part(lease, { records })]);
    const told = async (after: number, limit: number, bytes?: number) =>
      (await store.history(partition(), "order-1", after, limit, bytes)).map(({ number, record }) => [number, record]);
    const numbered = records.map((record, index) => [index + 1, record]);
    expect(await told(0, 10, 1)).toEqual(numbered.slice(0, 1));
    expect(await told(0, 10, 2)).toEqual(numbered.slice(0, 2));
    expect(await told(0, 10, 101)).toEqual(numbered.slice(0, 2));
    expect(await told(0, 10, 102)).toEqual(numbered.slice(0, 3));
    expect(await told(1, 2, 1_000)).toEqual(numbered.slice(1, 3));
    expect(await told(4, 17, 1_000)).toEqual(numbered.slice(4, 21));
    expect(await told(2, 100, 110)).toEqual(numbered.slice(2, 14));
    expect(await told(0, 100)).toEqual(numbered.slice(0, 26));
    expect(await told(26, 100)).toEqual(numbered.slice(26));
    expect(await told(0, 100, Number.MAX_SAFE_INTEGER)).toEqual(numbered);
  });

  it("active are those that say so, also when one does anew", async ({ store }) => {
    const lease = await take(store);
    await store.commit([
      part(lease, { sagaId: "running" }),
      part(lease, { sagaId: "parked", conditions: ["parked"] }),
      part(lease, { sagaId: "completed", status: "completed" }),
      part(lease, { sagaId: "compensated", status: "compensated" }),
      part(lease, { sagaId: "later" }),
    ]);
    expect((await store.active(partition(), null, 10)).ids).toEqual(["later", "parked", "running"]);
    await store.commit([part(lease, { sagaId: "later", expectedVersion: 1, status: "completed" })]);
    expect((await store.active(partition(), null, 10)).ids).toEqual(["parked", "running"]);
    await store.commit([part(lease, { sagaId: "completed", expectedVersion: 1, status: "running" })]);
    expect((await store.active(partition(), null, 10)).ids).toEqual(["completed", "parked", "running"]);
  });

  it("active ones are read in pages, each saga once, the cursor null after the last", async ({ store }) => {
    const lease = await take(store);
    const ids = Array.from({ length: 23 }, (_, index) => `order-${index} {x}`);
    await store.commit(ids.map((sagaId) => part(lease, { sagaId })));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.active(partition(), cursor, 5);
      expect(page.ids.length).toBeLessThanOrEqual(5);
      seen.push(...page.ids);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(23);
    expect(new Set(seen)).toEqual(new Set(ids));
    expect((await store.active(partition(), null, 100)).ids).toEqual(seen);
    expect((await store.active(partition(), null, 23)).cursor).toBeNull();
  });

  it("a saga that comes to rest between two pages does not disturb the rest", async ({ store }) => {
    const lease = await take(store);
    for (const sagaId of ["a", "b", "c", "d"]) await store.commit([part(lease, { sagaId })]);
    const first = await store.active(partition(), null, 2);
    expect(first.ids).toEqual(["a", "b"]);
    await store.commit([part(lease, { sagaId: "b", expectedVersion: 1, status: "completed" })]);
    expect((await store.active(partition(), first.cursor, 2)).ids).toEqual(["c", "d"]);
  });

  it("partitions, versions and sagas of one id do not mix", async ({ store }) => {
    const places = [partition(0), partition(1), partition(0, "PlaceOrder", 2), partition(0, "Place", 1)];
    for (const [index, where] of places.entries()) {
      const lease = await take(store, where);
      await store.commit([part(lease, { snapshot: { whole: `${index}` }, records: [`${index}`] })]);
    }
    for (const [index, where] of places.entries()) {
      expect((await store.load(where, "order-1"))?.snapshot.whole).toBe(`${index}`);
      expect((await store.history(where, "order-1", 0, 10)).map(({ record }) => record)).toEqual([`${index}`]);
      expect((await store.active(where, null, 10)).ids).toEqual(["order-1"]);
    }
  });
}
