import { expect } from "vitest";
import { isOutcomeUnknown } from "../../runtime/errors.ts";
import type { CommitPart, Lease, Store } from "../../runtime/store/store.ts";
import { faultyStore } from "../../runtime/testing/index.ts";
import type { Cases } from "./cases.ts";
import { part, partition, take } from "./kit.ts";

/** Shorter than what any store may keep apart, and longer. */
const WHOLES = ["w", "w".repeat(20_000)];

export function logCases(it: Cases): void {
  for (const whole of WHOLES) {
    it(`a snapshot of ${whole.length} bytes that is left as it is says which records lead on from it`, async ({
      store,
      clock,
    }) => {
      const lease = await take(store);
      await store.commit([part(lease, { snapshot: { whole }, records: ["1", "2"] })]);
      clock.advanceBy(5);
      await store.commit([logOf(lease, 1, null, ["3"])]);
      expect(await keptOf(store)).toEqual({ whole, changes: [], log: { after: 2, upTo: 3, rest: null } });
      await store.commit([logOf(lease, 2, "r", [])]);
      expect(await keptOf(store)).toEqual({ whole, changes: [], log: { after: 2, upTo: 3, rest: "r" } });
      await store.commit([logOf(lease, 3, null, ["4", "5"])]);
      expect(await store.load(partition(), "order-1")).toEqual({
        sagaId: "order-1",
        removed: false,
        version: 4,
        commitId: "commit-4",
        snapshot: { whole, changes: [], log: { after: 2, upTo: 5, rest: "r" } },
        status: "running",
        conditions: [],
        createdAtMs: clock.now() - 5,
        updatedAtMs: clock.now(),
        timers: [],
      });
      const led = await store.history(partition(), "order-1", 2, 3);
      expect(led.map(({ number, record }) => [number, record])).toEqual([
        [3, "3"],
        [4, "4"],
        [5, "5"],
      ]);
    });

    it(`a log leads on from the changes of a snapshot of ${whole.length} bytes; the next whole one holds all again`, async ({
      store,
    }) => {
      const lease = await take(store);
      await store.commit([part(lease, { snapshot: { whole }, records: ["1"] })]);
      await store.commit([{ ...logOf(lease, 1, null, ["2"]), snapshot: { change: "a" } }]);
      await store.commit([{ ...logOf(lease, 2, null, ["3"]), snapshot: { change: "b" } }]);
      await store.commit([logOf(lease, 3, "r", ["4"])]);
      await store.commit([logOf(lease, 4, null, ["5"])]);
      expect(await keptOf(store)).toEqual({ whole, changes: ["a", "b"], log: { after: 3, upTo: 5, rest: "r" } });
      await store.commit([part(lease, { expectedVersion: 5, snapshot: { whole: "next" }, records: ["6"] })]);
      expect(await keptOf(store)).toEqual({ whole: "next", changes: [] });
      // What stood beside the log before stands beside this one no more.
      await store.commit([logOf(lease, 6, null, [])]);
      expect(await keptOf(store)).toEqual({ whole: "next", changes: [], log: { after: 6, upTo: 6, rest: null } });
      await store.commit([part(lease, { expectedVersion: 7, snapshot: { whole } })]);
      await store.commit([{ ...logOf(lease, 8, null, []), snapshot: { change: "c" } }]);
      expect(await keptOf(store)).toEqual({ whole, changes: ["c"] });
    });
  }

  it("a log of a saga without any record", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { snapshot: { whole: "w" } })]);
    await store.commit([logOf(lease, 1, null, [])]);
    expect(await keptOf(store)).toEqual({ whole: "w", changes: [], log: { after: 0, upTo: 0, rest: null } });
    await store.commit([logOf(lease, 2, null, ["1"])]);
    expect(await keptOf(store)).toEqual({ whole: "w", changes: [], log: { after: 0, upTo: 1, rest: null } });
  });

  it("what stands beside it is text as any, an empty one too", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    const rests = ["", '{"c":["\0 \ud83d\ude00"]}', "名\0x😀\\".repeat(50_000), "short"];
    for (const [index, rest] of rests.entries()) {
      await store.commit([logOf(lease, index + 1, rest, [])]);
      expect((await keptOf(store))?.log?.rest).toBe(rest);
    }
    await expect(store.commit([logOf(lease, 5, "a\ud83d", [])])).rejects.toMatchObject({ code: "RT1011" });
    expect((await keptOf(store))?.log?.rest).toBe("short");
  });

  it("a change where the log leads on is a conflict, and takes its family along", async ({ store }) => {
    const lease = await take(store);
    const child = { sagaId: "order-1//a.1.0", root: "order-1" };
    await store.commit([part(lease), part(lease, child)]);
    await store.commit([logOf(lease, 1, "r", ["1"])]);
    const before = await store.load(partition(), "order-1");
    const change = { ...logOf(lease, 2, null, ["2"]), commitId: "commit-x", snapshot: { change: "a" } };
    expect(await store.commit([change])).toEqual([{ status: "conflict", version: 2, commitId: "commit-2" }]);
    const sibling = part(lease, { ...child, expectedVersion: 1, commitId: "commit-x" });
    expect((await store.commit([change, sibling])).map(({ status }) => status)).toEqual(["conflict", "conflict"]);
    expect(await store.load(partition(), "order-1")).toEqual(before);
    expect((await store.load(partition(), child.sagaId))?.version).toBe(1);
  });

  it("one of another version is a conflict, under a stale lease it is fenced: nothing of it is kept", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1"] })]);
    await store.commit([logOf(lease, 1, "r", ["2"])]);
    const before = await store.load(partition(), "order-1");
    for (const version of [1, 3]) {
      const refused = { ...logOf(lease, version, "x", ["x"]), commitId: "commit-x" };
      expect(await store.commit([refused])).toEqual([{ status: "conflict", version: 2, commitId: "commit-2" }]);
    }
    expect(await store.commit([logOf({ ...lease, epoch: lease.epoch + 1 }, 2, "x", ["x"])])).toEqual([{ status: "fenced" }]);
    expect(await store.load(partition(), "order-1")).toEqual(before);
    expect(await store.history(partition(), "order-1", 0, 10)).toHaveLength(2);
  });

  it("of a saga that is new it is refused (RT2007), and nothing of the call is written", async ({ store }) => {
    const lease = await take(store);
    const parts = [part(lease, { sagaId: "order-2" }), part(lease, { snapshot: { rest: null } })];
    await expect(store.commit(parts)).rejects.toMatchObject({ code: "RT2007" });
    expect(await store.load(partition(), "order-2")).toBeNull();
  });

  it("a lost reply: reading shows its commit, and the same again adds nothing", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    let left = 1;
    const shaky = faultyStore(store, ({ operation }) => (operation === "commit" && left-- > 0 ? "lost-reply" : null));
    const once = logOf(lease, 1, "once", ["1"]);
    await expect(shaky.commit([once])).rejects.toSatisfy(isOutcomeUnknown);
    const written = await store.load(partition(), "order-1");
    expect(written).toMatchObject({ version: 2, commitId: "commit-2", snapshot: { log: { after: 0, upTo: 1, rest: "once" } } });
    expect(await shaky.commit([once])).toEqual([{ status: "conflict", version: 2, commitId: "commit-2" }]);
    expect(await store.load(partition(), "order-1")).toEqual(written);
  });

  it("status, timers, records and results are those of the last commit, and searches find it", async ({ store, clock }) => {
    const lease = await take(store);
    await store.append(partition(), { id: "c", sagaId: "order-1", kind: "start", payload: "{}" });
    const [pending] = await store.pending(partition(), 1);
    await store.commit([part(lease, { setTimers: [{ key: "a", delayMs: 5 }] })]);
    const result = { status: "applied", code: null, message: null } as const;
    await store.commit([
      {
        ...logOf(lease, 1, null, ["1"]),
        conditions: ["overdue"],
        active: false,
        shown: { tags: {}, steps: ["pay"], waitingFor: [] },
        clearTimers: ["a"],
        setTimers: [{ key: "b", delayMs: 7 }],
        consume: [{ id: "c", position: pending?.position ?? "", result }],
      },
    ]);
    const stored = await store.load(partition(), "order-1");
    expect(stored).toMatchObject({ conditions: ["overdue"], timers: [{ key: "b", dueAtMs: clock.now() + 7 }] });
    expect(await store.commandResult(partition(), "c")).toEqual(result);
    expect((await store.active(partition(), null, 10)).ids).toEqual([]);
    const page = { after: null, newestFirst: true, limit: 10 };
    expect((await store.list({ step: "pay", condition: "overdue" }, page)).sagas).toHaveLength(1);
  });

  it("one that is removed has no log, and none when its id begins anew", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1"] })]);
    await store.commit([{ ...logOf(lease, 1, "r", ["2"]), status: "completed", live: false, active: false }]);
    clock.advanceBy(1);
    await store.remove(partition(), { keepMs: 0, rememberMs: 1_000 }, 100);
    expect(await store.load(partition(), "order-1")).toMatchObject({ removed: true });
    expect(await keptOf(store)).toEqual({ whole: "", changes: [] });
    clock.advanceBy(2_000);
    await store.remove(partition(), { keepMs: 0, rememberMs: 1_000 }, 100);
    expect(await store.load(partition(), "order-1")).toBeNull();
    await store.commit([part(lease, { snapshot: { whole: "anew" } })]);
    expect(await keptOf(store)).toEqual({ whole: "anew", changes: [] });
  });
}

/** A commit that leaves the snapshot as it is, named after the version that it makes. */
function logOf(lease: Lease, expectedVersion: number, rest: string | null, records: readonly string[]): CommitPart {
  return part(lease, { expectedVersion, commitId: `commit-${expectedVersion + 1}`, snapshot: { rest }, records });
}

async function keptOf(store: Store) {
  return (await store.load(partition(), "order-1"))?.snapshot;
}
