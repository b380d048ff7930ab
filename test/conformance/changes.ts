import { expect } from "vitest";
import { isOutcomeUnknown } from "../../runtime/errors.ts";
import type { CommitPart, Lease, Store } from "../../runtime/store/store.ts";
import { faultyStore } from "../../runtime/testing/index.ts";
import type { Cases } from "./cases.ts";
import { NASTY_IDS, part, partition, take } from "./kit.ts";

/** Shorter than what any store may keep apart, and longer. */
const WHOLES = ["w", "w".repeat(20_000)];

export function changeCases(it: Cases): void {
  for (const whole of WHOLES) {
    it(`changes of a snapshot of ${whole.length} bytes are kept in order beside it`, async ({ store, clock }) => {
      const lease = await take(store);
      await store.commit([part(lease, { snapshot: { whole } })]);
      clock.advanceBy(5);
      const changes = ["", "b", '{"c":["\0 \ud83d\ude00"]}'];
      for (const [index, change] of changes.entries()) await store.commit([changeOf(lease, index + 1, change)]);
      expect(await store.load(partition(), "order-1")).toEqual({
        sagaId: "order-1",
        removed: false,
        version: 4,
        commitId: "commit-4",
        snapshot: { whole, changes },
        status: "running",
        conditions: [],
        createdAtMs: clock.now() - 5,
        updatedAtMs: clock.now(),
        timers: [],
      });
    });

    it(`a whole snapshot after changes of one of ${whole.length} bytes drops them, and changes go on from it`, async ({
      store,
    }) => {
      const lease = await take(store);
      for (const [version, next] of [
        [0, "long".repeat(5_000)],
        [3, whole],
        [6, "short"],
      ] as const) {
        await store.commit([part(lease, { expectedVersion: version, snapshot: { whole: next } })]);
        expect(await keptOf(store)).toEqual({ whole: next, changes: [] });
        await store.commit([changeOf(lease, version + 1, `a ${version}`)]);
        await store.commit([changeOf(lease, version + 2, `b ${version}`)]);
        expect(await keptOf(store)).toEqual({ whole: next, changes: [`a ${version}`, `b ${version}`] });
      }
    });
  }

  it("two whole ones after each other: the last", async ({ store }) => {
    const lease = await take(store);
    const wholes = [...WHOLES, ...WHOLES.map((whole) => `${whole} again`), "end"];
    for (const [version, whole] of wholes.entries()) {
      await store.commit([part(lease, { expectedVersion: version, snapshot: { whole } })]);
      expect(await keptOf(store)).toEqual({ whole, changes: [] });
    }
  });

  it("a change of another version than the one that is there is a conflict, under a stale lease it is fenced: nothing of it is kept", async ({
    store,
  }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    await store.commit([changeOf(lease, 1, "kept")]);
    const before = await store.load(partition(), "order-1");
    for (const version of [1, 3, 7]) {
      const refused = { ...changeOf(lease, version, "refused"), commitId: "commit-x" };
      expect(await store.commit([refused])).toEqual([{ status: "conflict", version: 2, commitId: "commit-2" }]);
    }
    const stale = { ...lease, epoch: lease.epoch + 1 };
    expect(await store.commit([changeOf(stale, 2, "stale")])).toEqual([{ status: "fenced" }]);
    expect(await store.commit([{ ...changeOf(lease, 1, "nobody"), sagaId: "nobody" }])).toMatchObject([{ status: "conflict" }]);
    expect(await store.load(partition(), "nobody")).toBeNull();
    expect(await store.load(partition(), "order-1")).toEqual(before);
  });

  it("a whole one that is refused leaves the changes that are there", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    await store.commit([changeOf(lease, 1, "kept")]);
    await store.commit([part(lease, { expectedVersion: 1, commitId: "commit-x", snapshot: { whole: "refused" } })]);
    const family = [
      part(lease, { expectedVersion: 2, commitId: "commit-x", snapshot: { whole: "refused" } }),
      part(lease, { sagaId: "order-1//a.1.0", root: "order-1", commitId: "commit-x", expectedVersion: 4 }),
    ];
    expect((await store.commit(family)).map(({ status }) => status)).toEqual(["conflict", "conflict"]);
    expect((await keptOf(store))?.changes).toEqual(["kept"]);
  });

  it("a change of a saga that is new is refused (RT2007), and nothing of the call is written", async ({ store }) => {
    const lease = await take(store);
    const parts = [part(lease, { sagaId: "order-2" }), part(lease, { snapshot: { change: "a" } })];
    await expect(store.commit(parts)).rejects.toMatchObject({ code: "RT2007" });
    expect(await store.load(partition(), "order-2")).toBeNull();
  });

  it("half of a surrogate pair in a change is refused (RT1011)", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    await expect(store.commit([changeOf(lease, 1, "a\ud83d")])).rejects.toMatchObject({ code: "RT1011" });
    expect((await store.load(partition(), "order-1"))?.version).toBe(1);
  });

  it("a lost reply of a change: reading shows its commit, and the same again adds nothing", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    let left = 1;
    const shaky = faultyStore(store, ({ operation }) => (operation === "commit" && left-- > 0 ? "lost-reply" : null));
    const change = changeOf(lease, 1, "once");
    await expect(shaky.commit([change])).rejects.toSatisfy(isOutcomeUnknown);
    const written = await store.load(partition(), "order-1");
    expect(written).toMatchObject({ version: 2, commitId: "commit-2", snapshot: { changes: ["once"] } });
    expect(await shaky.commit([change])).toEqual([{ status: "conflict", version: 2, commitId: "commit-2" }]);
    expect(await store.load(partition(), "order-1")).toEqual(written);
  });

  it("three hundred changes come in the order in which they were written", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { snapshot: { whole: WHOLES[1] ?? "" } })]);
    const changes = Array.from({ length: 300 }, (_, index) => `${index}`);
    for (const [index, change] of changes.entries()) await store.commit([changeOf(lease, index + 1, change)]);
    expect(await keptOf(store)).toEqual({ whole: WHOLES[1], changes });
    await store.commit([part(lease, { expectedVersion: 301, snapshot: { whole: "end" } })]);
    await store.commit([changeOf(lease, 302, "after")]);
    expect(await keptOf(store)).toEqual({ whole: "end", changes: ["after"] });
  });

  it("a change of a mebibyte is kept byte for byte", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    const change = "名\0x😀\\".repeat(100_000);
    await store.commit([changeOf(lease, 1, change)]);
    expect((await keptOf(store))?.changes).toEqual([change]);
  });

  it("status, conditions, timers, records and marks are those of the last commit, whole or not", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([part(lease, { setTimers: [{ key: "a", delayMs: 5 }], records: ["1"] })]);
    const rest = {
      status: "completed",
      conditions: ["ending"],
      live: false,
      active: false,
      clearTimers: ["a"],
      setTimers: [{ key: "b", delayMs: 7 }],
      records: ["2", "3"],
    } as const;
    await store.commit([{ ...changeOf(lease, 1, "x"), ...rest }]);
    expect(await store.load(partition(), "order-1")).toMatchObject({
      status: "completed",
      conditions: ["ending"],
      timers: [{ key: "b", dueAtMs: clock.now() + 7 }],
    });
    expect((await store.history(partition(), "order-1", 0, 10)).map(({ record }) => record)).toEqual(["1", "2", "3"]);
    expect((await store.active(partition(), null, 10)).ids).toEqual([]);
    expect(await store.occupied(null)).toEqual([]);
  });

  it("sagas, partitions and versions of one id have each their own", async ({ store }) => {
    const places = [partition(0), partition(1), partition(0, "PlaceOrder", 2)];
    for (const where of places) {
      const lease = await take(store, where);
      const ids = [...NASTY_IDS, "order-1//a.1.0"];
      const root = (sagaId: string) => (sagaId.includes("//") ? "order-1" : null);
      await store.commit(ids.map((sagaId) => part(lease, { sagaId, root: root(sagaId) })));
      const named = (sagaId: string) => `${sagaId} of ${where.version}/${where.index}`;
      await store.commit(ids.map((sagaId) => ({ ...changeOf(lease, 1, named(sagaId)), sagaId, root: root(sagaId) })));
      await store.commit([{ ...changeOf(lease, 2, "2"), sagaId: "a" }]);
      await store.commit([part(lease, { sagaId: "A", expectedVersion: 2, snapshot: { whole: "A" } })]);
      for (const sagaId of ids) {
        const changes = sagaId === "A" ? [] : [named(sagaId), ...(sagaId === "a" ? ["2"] : [])];
        expect((await store.load(where, sagaId))?.snapshot.changes, sagaId).toEqual(changes);
      }
    }
  });

  it("a change and a whole one in one call, each of a saga of its own", async ({ store }) => {
    const lease = await take(store);
    await store.commit(["a", "b", "c"].map((sagaId) => part(lease, { sagaId })));
    const results = await store.commit([
      { ...changeOf(lease, 1, "of a"), sagaId: "a" },
      part(lease, { sagaId: "b", expectedVersion: 1, snapshot: { whole: "of b" } }),
      { ...changeOf(lease, 1, "of c"), sagaId: "c" },
    ]);
    expect(results.map(({ status }) => status)).toEqual(["committed", "committed", "committed"]);
    const kept = await Promise.all(["a", "b", "c"].map((sagaId) => keptOf(store, sagaId)));
    expect(kept.map((snapshot) => [snapshot?.whole === "of b", snapshot?.changes])).toEqual([
      [false, ["of a"]],
      [true, []],
      [false, ["of c"]],
    ]);
  });
}

/** A commit of a change, named after the version that it makes. */
function changeOf(lease: Lease, expectedVersion: number, change: string): CommitPart {
  return part(lease, { expectedVersion, commitId: `commit-${expectedVersion + 1}`, snapshot: { change } });
}

async function keptOf(store: Store, sagaId = "order-1") {
  return (await store.load(partition(), sagaId))?.snapshot;
}
