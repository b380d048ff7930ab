import { expect } from "vitest";
import type { CommitPart, Partition, Store } from "../../runtime/store/store.ts";
import type { Cases } from "./cases.ts";
import { command, NASTY_IDS, part, partition, take } from "./kit.ts";

const BAD_IDS = ["", "x".repeat(256), "名".repeat(86), "half \ud83d", "\udc00"];

export function edgeCases(it: Cases): void {
  it("ids of every kind are kept apart and come back as they were", async ({ store, clock }) => {
    const lease = await take(store);
    for (const id of NASTY_IDS) {
      expect(await store.append(partition(), command({ id, sagaId: id, payload: `payload of ${id}` }))).toEqual({
        status: "appended",
      });
    }
    const pending = await store.pending(partition(), 1000);
    expect(pending.map(({ id, sagaId, payload }) => [id, sagaId, payload])).toEqual(
      NASTY_IDS.map((id) => [id, id, `payload of ${id}`]),
    );
    const parts = pending.map(({ id, position }) =>
      part(lease, {
        sagaId: id,
        commitId: id,
        snapshot: { whole: `snapshot of ${id}` },
        records: [`record of ${id}`],
        setTimers: NASTY_IDS.slice(0, 3)
          .concat(id)
          .map((key) => ({ key, delayMs: 1 })),
        consume: [{ position, id, result: { status: "applied", code: null, message: `result of ${id}` } }],
      }),
    );
    expect((await store.commit(parts)).every(({ status }) => status === "committed")).toBe(true);
    clock.advanceBy(1);
    const { due } = await store.due(partition(), 1000);
    const { ids } = await store.active(partition(), null, 1000);
    expect(new Set(ids)).toEqual(new Set(NASTY_IDS));
    for (const id of NASTY_IDS) {
      const keys = new Set(NASTY_IDS.slice(0, 3).concat(id));
      const saga = await store.load(partition(), id);
      expect(saga).toMatchObject({ sagaId: id, commitId: id, snapshot: { whole: `snapshot of ${id}` } });
      expect(new Set(saga?.timers.map(({ key }) => key))).toEqual(keys);
      expect(new Set(due.filter(({ sagaId }) => sagaId === id).map(({ key }) => key))).toEqual(keys);
      expect((await store.history(partition(), id, 0, 10)).map(({ record }) => record)).toEqual([`record of ${id}`]);
      expect((await store.commandResult(partition(), id))?.message).toBe(`result of ${id}`);
    }
  });

  it("names of sagas are kept apart too, and owners are compared exactly", async ({ store }) => {
    for (const name of NASTY_IDS) {
      const where = partition(0, name);
      const lease = await take(store, where, name);
      expect(lease.epoch).toBe(1);
      await store.commit([part(lease, { snapshot: { whole: `of ${name}` } })]);
    }
    for (const name of NASTY_IDS) {
      expect((await store.load(partition(0, name), "order-1"))?.snapshot.whole).toBe(`of ${name}`);
    }
  });

  it("an id that is empty, too long or no text is refused (RT2007) wherever it comes in", async ({ store }) => {
    const lease = await take(store);
    const result = { status: "applied", code: null, message: null } as const;
    for (const id of BAD_IDS) {
      await refused(store.append(partition(), command({ id })));
      await refused(store.append(partition(), command({ sagaId: id })));
      await refused(store.append(partition(0, id), command()));
      await refused(store.load(partition(), id));
      await refused(store.history(partition(), id, 0, 1));
      await refused(store.commandResult(partition(), id));
      await refused(store.lease([{ partition: partition(), epoch: null }], id, 1000));
      for (const wrong of [
        { sagaId: id },
        { commitId: id },
        { clearTimers: [id] },
        { setTimers: [{ key: id, delayMs: 1 }] },
        { consume: [{ position: "1", id, result }] },
      ] satisfies Partial<CommitPart>[]) {
        await refused(store.commit([part(lease, { sagaId: "good" }), part(lease, wrong)]));
      }
    }
    expect(await store.load(partition(), "good")).toBeNull();
    expect(await store.pending(partition(), 10)).toEqual([]);
  });

  it("ids of 1 and of 255 bytes are taken", async ({ store }) => {
    for (const id of ["x", "x".repeat(255), "名".repeat(85)]) {
      expect(await store.append(partition(), command({ id }))).toEqual({ status: "appended" });
    }
  });

  it("a partition that the store does not have is refused", async ({ store }) => {
    const wrong = [partition(store.partitions), partition(-1), partition(0.5), partition(0, "PlaceOrder", Number.NaN)];
    for (const where of wrong) await everywhereRefused(store, where);
    await take(store, partition(store.partitions - 1));
  });

  it("half of a surrogate pair in a text is refused (RT1011): it could not come back as it was", async ({ store }) => {
    const lease = await take(store);
    const half = "a\ud83d";
    await expect(store.append(partition(), command({ payload: half }))).rejects.toMatchObject({ code: "RT1011" });
    await expect(store.commit([part(lease, { snapshot: { whole: half } })])).rejects.toMatchObject({ code: "RT1011" });
    await expect(store.commit([part(lease, { records: [half] })])).rejects.toMatchObject({ code: "RT1011" });
    expect(await store.load(partition(), "order-1")).toBeNull();
  });

  it("a saga that appears twice in one call is refused, and none of the call is written", async ({ store }) => {
    const lease = await take(store);
    const twice = [part(lease, { sagaId: "other" }), part(lease), part(lease, { expectedVersion: 1, commitId: "commit-2" })];
    await expect(store.commit(twice)).rejects.toMatchObject({ code: "RT2007" });
    expect(await store.load(partition(), "other")).toBeNull();
  });

  it("numbers that make no sense are refused", async ({ store }) => {
    const lease = await take(store);
    for (const limit of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(store.pending(partition(), limit)).rejects.toThrow(RangeError);
      await expect(store.active(partition(), null, limit)).rejects.toThrow(RangeError);
      await expect(store.due(partition(), limit)).rejects.toThrow(RangeError);
      await expect(store.history(partition(), "order-1", 0, limit)).rejects.toThrow(RangeError);
      await expect(store.lease([{ partition: partition(), epoch: null }], "w", limit)).rejects.toThrow(RangeError);
    }
    for (const after of [-1, 0.5, Number.NaN]) {
      await expect(store.history(partition(), "order-1", after, 1)).rejects.toThrow(RangeError);
    }
    for (const delayMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(store.commit([part(lease, { setTimers: [{ key: "t", delayMs }] })])).rejects.toThrow(RangeError);
    }
  });

  async function refused(call: Promise<unknown>): Promise<void> {
    await expect(call).rejects.toMatchObject({ code: "RT2007" });
  }

  async function everywhereRefused(store: Store, where: Partition): Promise<void> {
    await refused(store.lease([{ partition: where, epoch: null }], "worker-1", 1000));
    await refused(store.release([{ partition: where, owner: "w", epoch: 1, expiresAtMs: 0 }]));
    await refused(store.append(where, command()));
    await refused(store.pending(where, 1));
    await refused(store.load(where, "order-1"));
    await refused(store.active(where, null, 1));
    await refused(store.due(where, 1));
    await refused(store.history(where, "order-1", 0, 1));
    await refused(store.commandResult(where, "c"));
    await refused(store.commit([part({ partition: where, owner: "w", epoch: 1, expiresAtMs: 0 })]));
  }
}
