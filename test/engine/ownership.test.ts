import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "@sagac/runtime";
import type { VirtualClock } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, cluster, expectOneOwner, LEASE_MS } from "../kit/cluster.ts";
import { held, participants } from "../kit/held.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";

function ownershipSuite(open: (clock: VirtualClock) => Promise<Store>): void {
  const shares = (c: Cluster) => c.nodes.map(({ worker }) => worker.partitions);
  const start = (c: Cluster, count: number, from = 0) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => c.through(c.client.start(held, { id: `h-${from + index}`, input: null }))),
    );

  test("shares are fair after each who comes and goes, and nothing is called twice for it", async () => {
    const { calls, sagas } = participants();
    const c = await cluster(open, sagas);
    const first = await c.join();
    const handles = await start(c, 40);
    await c.pass(2_000);
    expect(shares(c)).toEqual([8]);
    await c.join();
    await c.until("two share", () => shares(c).join() === "4,4", 2 * LEASE_MS);
    const third = await c.join();
    await c.until("three share", () => [...shares(c)].sort().join() === "2,3,3", 2 * LEASE_MS);
    await first.stop();
    await c.until("two share again", () => shares(c).join() === "0,4,4", 2_000);
    third.kill();
    await c.until("one has all", () => c.nodes[1]?.worker.partitions === 8, 2 * LEASE_MS);
    await Promise.all(handles.map((handle) => c.through(handle.signal("approved", {}))));
    for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
    expect(calls).toHaveLength(80);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(80);
    expect(calls.some(({ redelivered }) => redelivered)).toBe(false);
    expectOneOwner(c);
    await c.close();
  });

  test("only partitions with work are held; one that is idle for a lease is given back, and taken at once when it has work again", async () => {
    const c = await cluster(open, participants().sagas);
    const node = await c.join();
    expect(node.worker.partitions).toBe(0);
    const [handle] = await start(c, 1);
    await c.pass(0);
    expect(node.worker.partitions).toBe(1);
    await c.through(handle?.signal("approved", {}) ?? Promise.resolve());
    await c.pass(2 * LEASE_MS + 1);
    expect(node.worker.partitions).toBe(0);
    const startMs = c.clock.now();
    const [again] = await start(c, 1, 1);
    await c.through(again?.signal("approved", {}) ?? Promise.resolve());
    expect((await c.through(again?.result() ?? Promise.reject(new Error("no saga")))).status).toBe("completed");
    expect(c.clock.now() - startMs).toBeLessThan(100);
    await c.close();
  });

  test("a handler that runs longer than the grace keeps its partition where it is, and is called once", async () => {
    const { calls, sagas } = participants((name, clock) =>
      name === "prepare" ? new Promise((resolve) => void clock.schedule(25_000, () => resolve(null))) : null,
    );
    const c = await cluster(open, sagas);
    await c.join();
    const handles = await start(c, 16);
    await c.pass(100);
    await c.join();
    await c.pass(20_000);
    expect(shares(c)).toEqual([8, 0]);
    await c.until("they share when it is over", () => shares(c).join() === "4,4", 5 * LEASE_MS);
    await Promise.all(handles.map((handle) => c.through(handle.signal("approved", {}))));
    for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
    expect(calls).toHaveLength(32);
    expectOneOwner(c);
    await c.close();
  });

  test("calls that became due while a partition was to be handed over are made there after all, when that came to nothing", async () => {
    let long = true;
    const { calls, sagas } = participants((name, clock, { sagaId }) => {
      const waits = name === "prepare" && sagaId === "h-0" && long;
      long &&= !waits;
      return new Promise((resolve) => void clock.schedule(waits ? 28_000 : 3_000, () => resolve(null)));
    });
    const c = await cluster((clock) => open(clock), sagas);
    await c.join();
    const handles = await start(c, 12);
    await Promise.all(handles.map((handle) => c.through(handle.signal("approved", {}))));
    await c.join();
    for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
    expect(calls).toHaveLength(24);
    expect(calls.some(({ redelivered }) => redelivered)).toBe(false);
    expectOneOwner(c);
    await c.close();
  });

  test.each([
    ["that stood still", false],
    ["whose machine was suspended", true],
  ])("a worker %s past its lease commits nothing under it, reads again, and shares again", async (_, asleep) => {
    const { calls, sagas } = participants((name, clock) =>
      name === "prepare" ? new Promise((resolve) => void clock.schedule(1_000, () => resolve(null))) : null,
    );
    const c = await cluster(open, sagas);
    const first = await c.join();
    const handles = await start(c, 16);
    await c.pass(500);
    first.freeze();
    const second = await c.join();
    await c.until("the second has all", () => second.worker.partitions === 8, 2 * LEASE_MS);
    await c.pass(3_000);
    const before = c.written.length;
    first.thaw({ asleep });
    await c.pass(100);
    expect(c.written.slice(before).filter(({ worker }) => worker === first.id)).toEqual([]);
    await c.until("they share", () => shares(c).join() === "4,4", 3 * LEASE_MS);
    await Promise.all(handles.map((handle) => c.through(handle.signal("approved", {}))));
    for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
    // Each call once by the worker that froze, and once more, marked, by the other; those after it once.
    expect(calls.filter(({ redelivered }) => redelivered)).toHaveLength(16);
    expect(calls).toHaveLength(48);
    expectOneOwner(c);
    await c.close();
  });

  test("a clock that is set back changes nothing; one that is set forward costs a moment and no second owner", async () => {
    const { calls, sagas } = participants();
    const c = await cluster(open, sagas);
    const first = await c.join();
    const second = await c.join();
    const handles = await start(c, 24);
    await c.until("they share", () => shares(c).join() === "4,4", 2 * LEASE_MS);
    const epochs = async () => (await c.store.occupied(null)).map(({ owner }) => owner).join();
    const owners = await epochs();
    const written = c.written.length;
    first.jump(-3_600_000);
    await c.pass(2 * LEASE_MS);
    expect([shares(c), await epochs(), c.written.length]).toEqual([[4, 4], owners, written]);
    second.jump(3_600_000);
    await c.pass(1);
    await c.until("they share", () => shares(c).join() === "4,4", 2 * LEASE_MS);
    await Promise.all(handles.map((handle) => c.through(handle.signal("approved", {}))));
    for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
    expect(calls).toHaveLength(48);
    expectOneOwner(c);
    await c.close();
  });

  test("work that nobody owns is told, by the worker that serves it and by any client, with its time", async () => {
    const c = await cluster(open, participants().sagas);
    await start(c, 1);
    await c.pass(5_000);
    expect(await c.client.partitions()).toEqual([
      { saga: "Held", version: 1, index: expect.any(Number), owner: null, unownedMs: 5_000 },
    ]);
    const node = await c.join();
    await c.pass(0);
    expect(node.worker.unowned).toEqual([]);
    expect(await c.client.partitions()).toMatchObject([{ owner: node.id, unownedMs: 0 }]);
    await c.close();
  });
}

describe("many workers, in memory", () => ownershipSuite((clock) => openStore("memory:", { clock })));

describe("many workers, on SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "saga-owners-"));
  let files = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  ownershipSuite((clock) => openStore(`sqlite:${join(folder, `${++files}.db`)}`, { clock }));
});

describeRedis("many workers, on Redis", () => {
  let redis: RedisServer;
  let places = 0;
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterAll(() => redis.stop());
  ownershipSuite((clock) =>
    openStore(redis.url, { clock, prefix: `owners-${process.pid}-${++places}`, onWarning: () => undefined }),
  );
});
