import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import { command, part, partition, take } from "./kit.ts";

export function commitCases(it: Cases): void {
  it("the first commit makes the saga, with version 1 and the store's time", async ({ store, clock }) => {
    const lease = await take(store);
    clock.advanceBy(77);
    const atMs = clock.now();
    expect(await store.commit([part(lease)])).toEqual([{ status: "committed", version: 1, atMs }]);
    expect(await store.load(partition(), "order-1")).toEqual({
      sagaId: "order-1",
      removed: false,
      version: 1,
      commitId: "commit-1",
      snapshot: { whole: '{"value":"running"}', changes: [] },
      status: "running",
      conditions: [],
      createdAtMs: atMs,
      updatedAtMs: atMs,
      timers: [],
    });
  });

  it("each commit raises the version by one and replaces snapshot, status and conditions", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([part(lease, { conditions: ["overdue", "parked"] })]);
    const createdAtMs = clock.now();
    clock.advanceBy(10);
    const next = part(lease, {
      expectedVersion: 1,
      commitId: "commit-2",
      snapshot: { whole: "2" },
      status: "completed",
      conditions: ["quarantined"],
    });
    expect(await store.commit([next])).toMatchObject([{ status: "committed", version: 2 }]);
    expect(await store.load(partition(), "order-1")).toMatchObject({
      version: 2,
      commitId: "commit-2",
      snapshot: { whole: "2", changes: [] },
      status: "completed",
      conditions: ["quarantined"],
      createdAtMs,
      updatedAtMs: clock.now(),
    });
    await store.commit([part(lease, { expectedVersion: 2, commitId: "commit-3" })]);
    expect(await store.load(partition(), "order-1")).toMatchObject({ version: 3, status: "running", conditions: [] });
  });

  it("somebody else wrote: conflict, with the version and commit that are there", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease)]);
    const conflict = { status: "conflict", version: 1, commitId: "commit-1" };
    expect(await store.commit([part(lease, { commitId: "commit-2" })])).toEqual([conflict]);
    expect(await store.commit([part(lease, { commitId: "commit-2", expectedVersion: 2 })])).toEqual([conflict]);
    expect(await store.load(partition(), "order-1")).toMatchObject({ version: 1, commitId: "commit-1" });
  });

  it("a saga that is expected but not there: conflict with version 0", async ({ store }) => {
    const lease = await take(store);
    expect(await store.commit([part(lease, { expectedVersion: 3 })])).toEqual([
      { status: "conflict", version: 0, commitId: null },
    ]);
    expect(await store.load(partition(), "order-1")).toBeNull();
  });

  it("a commit repeated with the same arguments has no second effect and names itself", async ({ store }) => {
    const lease = await take(store);
    const first = part(lease, { records: ["a", "b"], setTimers: [{ key: "t", delayMs: 5 }] });
    await store.commit([first]);
    expect(await store.commit([first])).toEqual([{ status: "conflict", version: 1, commitId: "commit-1" }]);
    expect(await store.history(partition(), "order-1", 0, 10)).toHaveLength(2);
  });

  it("a lease that is not the current one is fenced, whatever the version: owner, epoch, partition never taken", async ({
    store,
  }) => {
    const lease = await take(store);
    const fenced = [{ status: "fenced" }];
    expect(await store.commit([part({ ...lease, owner: "worker-2" })])).toEqual(fenced);
    expect(await store.commit([part({ ...lease, epoch: lease.epoch + 1 })])).toEqual(fenced);
    expect(await store.commit([part({ ...lease, epoch: lease.epoch - 1 })])).toEqual(fenced);
    expect(await store.commit([part({ ...lease, partition: partition(5) })])).toEqual(fenced);
    expect(await store.commit([part({ ...lease, owner: "worker-2" }, { expectedVersion: 9 })])).toEqual(fenced);
    expect(await store.load(partition(), "order-1")).toBeNull();
    expect(await store.history(partition(), "order-1", 0, 10)).toEqual([]);
  });

  it("an expired lease that nobody took still commits: clocks are for speed only", async ({ store, clock }) => {
    const lease = await take(store, partition(), "worker-1", 1000);
    clock.advanceBy(3_600_000);
    expect(await store.commit([part(lease)])).toMatchObject([{ status: "committed" }]);
  });

  it("a zombie that wakes up after another took over is fenced, and what the other wrote stays", async ({ store, clock }) => {
    const zombie = await take(store, partition(), "worker-1", 1000);
    await store.commit([part(zombie)]);
    clock.advanceBy(1000);
    const lease = await take(store, partition(), "worker-2", 1000);
    await store.commit([part(lease, { expectedVersion: 1, commitId: "commit-2", snapshot: { whole: "other" } })]);
    const late = part(zombie, { expectedVersion: 1, commitId: "commit-z", snapshot: { whole: "zombie" }, records: ["z"] });
    expect(await store.commit([late])).toEqual([{ status: "fenced" }]);
    expect(await store.load(partition(), "order-1")).toMatchObject({ version: 2, snapshot: { whole: "other" } });
    expect(await store.history(partition(), "order-1", 0, 10)).toEqual([]);
  });

  it("a refused part does not take the others along, and answers come in the order asked", async ({ store }) => {
    const lease = await take(store);
    const other = await take(store, partition(1));
    await store.commit([part(lease, { sagaId: "there" })]);
    const results = await store.commit([
      part(lease, { sagaId: "one" }),
      part(lease, { sagaId: "there" }),
      part(other, { sagaId: "two" }),
      part(lease, { sagaId: "three", expectedVersion: 4 }),
      part(lease, { sagaId: "four" }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["committed", "conflict", "committed", "conflict", "committed"]);
    const mixed = await store.commit([part({ ...other, epoch: 99 }, { sagaId: "five" }), part(lease, { sagaId: "six" })]);
    expect(mixed.map(({ status }) => status)).toEqual(["fenced", "committed"]);
    expect(await store.load(partition(1), "five")).toBeNull();
    expect(await store.load(partition(0), "six")).not.toBeNull();
  });

  it("a refused part leaves nothing of itself: no snapshot, record, timer or mark", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { setTimers: [{ key: "keep", delayMs: 50 }], records: ["kept"] })]);
    const before = await store.load(partition(), "order-1");
    await store.commit([
      part(lease, {
        expectedVersion: 5,
        status: "completed",
        records: ["x"],
        setTimers: [{ key: "new", delayMs: 1 }],
        clearTimers: ["keep"],
      }),
    ]);
    expect(await store.load(partition(), "order-1")).toEqual(before);
    expect(await store.history(partition(), "order-1", 0, 10)).toHaveLength(1);
    expect((await store.active(partition(), null, 10)).ids).toEqual(["order-1"]);
    expect((await store.due(partition(), 10)).nextDueAtMs).toBe(before?.timers[0]?.dueAtMs);
  });

  it("five hundred sagas in one call, over several partitions", async ({ store }) => {
    const leases = await Promise.all([0, 1, 2, 3].map((index) => take(store, partition(index))));
    const parts = Array.from({ length: 500 }, (_, index) => {
      const lease = leases[index % 4] ?? leases[0];
      if (lease === undefined) throw new Error("no lease");
      return part(lease, {
        sagaId: `order-${index}`,
        commitId: `c-${index}`,
        snapshot: { whole: `${index}` },
        records: [`r${index}`],
      });
    });
    const results = await store.commit(parts);
    expect(results.every(({ status }) => status === "committed")).toBe(true);
    expect(await store.load(partition(499 % 4), "order-499")).toMatchObject({ snapshot: { whole: "499" }, commitId: "c-499" });
    expect((await store.active(partition(3), null, 1000)).ids).toHaveLength(125);
  });

  it("many records, timers and commands in one commit", async ({ store }) => {
    const count = 9000;
    for (let index = 0; index < 300; index += 1) await store.append(partition(), command({ id: `signal-${index}` }));
    const lease = await take(store);
    const pending = await store.pending(partition(), 1000);
    const result = { status: "applied", code: null, message: null } as const;
    const results = await store.commit([
      part(lease, {
        records: Array.from({ length: count }, (_, index) => `record ${index + 1}`),
        setTimers: Array.from({ length: count }, (_, index) => ({ key: `timer-${index}`, delayMs: index })),
        consume: pending.map(({ position, id }) => ({ position, id, result })),
      }),
    ]);
    expect(results).toMatchObject([{ status: "committed" }]);
    expect(await store.pending(partition(), 10)).toEqual([]);
    expect((await store.load(partition(), "order-1"))?.timers).toHaveLength(count);
    expect((await store.history(partition(), "order-1", count - 1, 10)).map(({ record }) => record)).toEqual([`record ${count}`]);
    const clear = part(lease, {
      expectedVersion: 1,
      commitId: "commit-2",
      clearTimers: Array.from({ length: count }, (_, index) => `timer-${index}`),
    });
    expect(await store.commit([clear])).toMatchObject([{ status: "committed" }]);
    expect((await store.due(partition(), 10)).nextDueAtMs).toBeNull();
  });

  it("a snapshot of a mebibyte is kept byte for byte", async ({ store }) => {
    const lease = await take(store);
    const whole = JSON.stringify({ text: '名x\u0000😀\\"'.repeat(100_000) })
      .slice(0, 1 << 20)
      .toWellFormed();
    await store.commit([part(lease, { snapshot: { whole } })]);
    expect((await store.load(partition(), "order-1"))?.snapshot.whole).toBe(whole);
  });

  it("text is kept byte for byte: order of keys, spaces, controls, every plane, nothing at all", async ({ store }) => {
    const lease = await take(store);
    const texts = ['{"b":1,"a":2}', " { } ", "a\0b\r\n\t\u007f", "é e\u0301 名 😀 \u2028 \ufeff", "", "null", "1e400", "\\u0000"];
    for (const [index, text] of texts.entries()) {
      const sagaId = `order-${index}`;
      await store.append(partition(), command({ id: sagaId, payload: text }));
      await store.commit([part(lease, { sagaId, snapshot: { whole: text }, records: [text] })]);
      expect((await store.load(partition(), sagaId))?.snapshot).toEqual({ whole: text, changes: [] });
      expect((await store.history(partition(), sagaId, 0, 1))[0]?.record).toBe(text);
    }
    expect((await store.pending(partition(), 100)).map(({ payload }) => payload)).toEqual(texts);
  });

  it("no part, no answer", async ({ store }) => {
    expect(await store.commit([])).toEqual([]);
  });

  it("of many commits of one saga at once, one wins", async ({ store }) => {
    const lease = await take(store);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.commit([part(lease, { commitId: `c-${index}`, records: [`${index}`] })])),
    );
    const winners = results.flatMap(([result], index) => (result?.status === "committed" ? [`c-${index}`] : []));
    expect(winners).toHaveLength(1);
    expect((await store.load(partition(), "order-1"))?.commitId).toBe(winners[0]);
    expect(await store.history(partition(), "order-1", 0, 100)).toHaveLength(1);
  });
}
