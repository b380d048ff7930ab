import { expect } from "vitest";
import { isOutcomeUnknown } from "../../runtime/errors.ts";
import type { CommitPart, Lease, Store } from "../../runtime/store/store.ts";
import { faultyStore } from "../../runtime/testing/index.ts";
import type { Cases } from "./cases.ts";
import { part, partition, take } from "./kit.ts";

const WHOLE = { whole: "w" };

export function replacedCases(it: Cases): void {
  it("the last records of a history are replaced by others, which go on under their numbers", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1", "2", "3", "4"] })]);
    clock.advanceBy(5);
    await store.commit([replacing(lease, 1, 2, ["a"], WHOLE)]);
    expect(await store.history(partition(), "order-1", 0, 10)).toEqual([
      { number: 1, atMs: clock.now() - 5, record: "1" },
      { number: 2, atMs: clock.now() - 5, record: "2" },
      { number: 3, atMs: clock.now(), record: "a" },
    ]);
    await store.commit([replacing(lease, 2, 1, ["b", "c", "d"], WHOLE)]);
    expect(await recordsOf(store)).toEqual(["1", "2", "b", "c", "d"]);
    await store.commit([replacing(lease, 3, 5, [], WHOLE)]);
    expect(await recordsOf(store)).toEqual([]);
    await store.commit([replacing(lease, 4, 0, ["e"], WHOLE)]);
    expect(await store.history(partition(), "order-1", 0, 10)).toMatchObject([{ number: 1, record: "e" }]);
  });

  it("many of them, by many", async ({ store }) => {
    const lease = await take(store);
    const many = Array.from({ length: 2_500 }, (_, index) => String(index));
    await store.commit([part(lease, { records: many })]);
    await store.commit([replacing(lease, 1, 2_400, many, WHOLE)]);
    expect(await recordsOf(store)).toEqual([...many.slice(0, 100), ...many]);
  });

  it("those of one saga, and of none beside it", async ({ store }) => {
    const lease = await take(store);
    const ids = ["order-1", "order-10", "order-1//a.1.0"];
    const parts = ids.map((sagaId) =>
      part(lease, { sagaId, root: sagaId.includes("//") ? "order-1" : null, records: ["1", "2"] }),
    );
    await store.commit(parts);
    await store.commit([replacing(lease, 1, 1, ["a"], WHOLE)]);
    for (const id of ids) {
      const records = (await store.history(partition(), id, 0, 10)).map(({ record }) => record);
      expect(records).toEqual(id === "order-1" ? ["1", "a"] : ["1", "2"]);
    }
    const child = { sagaId: "order-1//a.1.0", root: "order-1" };
    await store.commit([
      replacing(lease, 2, 2, ["b", "c"], WHOLE),
      { ...replacing(lease, 1, 1, ["d"], WHOLE), ...child, commitId: "commit-3" },
    ]);
    expect(await recordsOf(store)).toEqual(["b", "c"]);
    expect((await store.history(partition(), child.sagaId, 0, 10)).map(({ record }) => record)).toEqual(["1", "d"]);
  });

  it("with the snapshot as it is: those that lead on from its texts, and the log tells of what is there now", async ({
    store,
  }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1", "2"] })]);
    await store.commit([replacing(lease, 1, 0, ["3", "4"], { rest: null })]);
    await store.commit([replacing(lease, 2, 2, ["a"], { rest: "r" })]);
    expect(await logOf(store)).toEqual({ after: 2, upTo: 3, rest: "r" });
    expect(await recordsOf(store)).toEqual(["1", "2", "a"]);
    await store.commit([replacing(lease, 3, 1, [], { rest: null })]);
    expect(await logOf(store)).toEqual({ after: 2, upTo: 2, rest: "r" });
    await store.commit([replacing(lease, 4, 0, ["5"], { rest: null })]);
    expect(await logOf(store)).toEqual({ after: 2, upTo: 3, rest: "r" });
  });

  it("with the snapshot as it is, more than lead on from its texts are a conflict", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1", "2"] })]);
    const tooMany = { ...replacing(lease, 1, 1, ["x"], { rest: null }), commitId: "commit-x" };
    expect(await store.commit([tooMany])).toEqual([{ status: "conflict", version: 1, commitId: "commit-1" }]);
    await store.commit([replacing(lease, 1, 0, ["3"], { rest: null })]);
    const before = await store.load(partition(), "order-1");
    for (const replaces of [2, 3, 4]) {
      const refused = { ...replacing(lease, 2, replaces, ["x"], { rest: "x" }), commitId: "commit-x" };
      expect(await store.commit([refused])).toEqual([{ status: "conflict", version: 2, commitId: "commit-2" }]);
    }
    expect(await store.load(partition(), "order-1")).toEqual(before);
    expect(await recordsOf(store)).toEqual(["1", "2", "3"]);
    // A whole one knows of all, so that all may be replaced.
    await store.commit([replacing(lease, 2, 3, ["all"], WHOLE)]);
    expect(await recordsOf(store)).toEqual(["all"]);
    expect(await logOf(store)).toBeUndefined();
  });

  it("more than there are is a conflict, and takes its family along", async ({ store }) => {
    const lease = await take(store);
    const child = { sagaId: "order-1//a.1.0", root: "order-1" };
    await store.commit([part(lease, { records: ["1"] }), part(lease, child)]);
    const tooMany = { ...replacing(lease, 1, 2, ["x"], WHOLE), commitId: "commit-x" };
    const sibling = part(lease, { ...child, expectedVersion: 1, commitId: "commit-x" });
    expect((await store.commit([tooMany, sibling])).map(({ status }) => status)).toEqual(["conflict", "conflict"]);
    expect(await recordsOf(store)).toEqual(["1"]);
    expect((await store.load(partition(), child.sagaId))?.version).toBe(1);
  });

  it("of a change, those that its texts know of: they know of what comes", async ({ store }) => {
    const lease = await take(store);
    const whole = "w".repeat(20_000);
    await store.commit([part(lease, { snapshot: { whole }, records: ["1", "2", "3"] })]);
    await store.commit([replacing(lease, 1, 2, ["a"], { change: "c" })]);
    expect(await recordsOf(store)).toEqual(["1", "a"]);
    await store.commit([replacing(lease, 2, 0, ["4"], { rest: null })]);
    expect((await store.load(partition(), "order-1"))?.snapshot).toEqual({
      whole,
      changes: ["c"],
      log: { after: 2, upTo: 3, rest: null },
    });
  });

  it("of another version, or under a stale lease, nothing is replaced", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1"] })]);
    const other = { ...replacing(lease, 2, 1, ["x"], WHOLE), commitId: "commit-x" };
    expect(await store.commit([other])).toEqual([{ status: "conflict", version: 1, commitId: "commit-1" }]);
    expect(await store.commit([replacing({ ...lease, epoch: lease.epoch + 1 }, 1, 1, ["x"], WHOLE)])).toEqual([
      { status: "fenced" },
    ]);
    expect(await recordsOf(store)).toEqual(["1"]);
  });

  it("of a saga that is new it is refused (RT2007), and what is no number of records too", async ({ store }) => {
    const lease = await take(store);
    await expect(store.commit([part(lease, { replaces: 1 })])).rejects.toMatchObject({ code: "RT2007" });
    await store.commit([part(lease, { records: ["1"] })]);
    for (const replaces of [-1, 0.5, Number.NaN]) {
      await expect(store.commit([replacing(lease, 1, replaces, ["x"], WHOLE)])).rejects.toThrow(RangeError);
    }
    expect(await recordsOf(store)).toEqual(["1"]);
  });

  it("a lost reply: reading shows its commit, and the same again replaces nothing more", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1", "2", "3"] })]);
    let left = 1;
    const shaky = faultyStore(store, ({ operation }) => (operation === "commit" && left-- > 0 ? "lost-reply" : null));
    const once = replacing(lease, 1, 1, ["a"], WHOLE);
    await expect(shaky.commit([once])).rejects.toSatisfy(isOutcomeUnknown);
    expect(await store.load(partition(), "order-1")).toMatchObject({ version: 2, commitId: "commit-2" });
    expect(await shaky.commit([once])).toEqual([{ status: "conflict", version: 2, commitId: "commit-2" }]);
    expect(await recordsOf(store)).toEqual(["1", "2", "a"]);
  });

  it("whoever reads on sees by the last record that he has whether it was replaced", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { records: ["1", "2", "3", "4"] })]);
    const page = await store.history(partition(), "order-1", 0, 3);
    await store.commit([replacing(lease, 1, 2, ["a"], WHOLE)]);
    await store.commit([replacing(lease, 2, 0, ["5", "6"], WHOLE)]);
    const next = await store.history(partition(), "order-1", 2, 10);
    expect(next.map(({ number, record }) => [number, record])).toEqual([
      [3, "a"],
      [4, "5"],
      [5, "6"],
    ]);
    expect(next[0]).not.toEqual(page[2]);
  });
}

/** A commit that replaces records, named after the version that it makes. */
function replacing(
  lease: Lease,
  expectedVersion: number,
  replaces: number,
  records: readonly string[],
  snapshot: CommitPart["snapshot"],
): CommitPart {
  return part(lease, { expectedVersion, commitId: `commit-${expectedVersion + 1}`, snapshot, replaces, records });
}

async function recordsOf(store: Store): Promise<string[]> {
  return (await store.history(partition(), "order-1", 0, 10_000)).map(({ record }) => record);
}

async function logOf(store: Store) {
  return (await store.load(partition(), "order-1"))?.snapshot.log;
}
