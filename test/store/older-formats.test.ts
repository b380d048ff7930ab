import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import { REDIS_FORMAT } from "../../runtime/store/redis/format.ts";
import type { CommitPart, Store } from "../../runtime/store/store.ts";
import { part, take } from "../conformance/kit.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { expectToGoOn, OLDER, sqliteTables } from "./formats/older.ts";

describe("a SQLite file of format 3", () => {
  let folder: string;
  let old: DatabaseSync;
  let store: Store | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "saga-formats-"));
    old = new DatabaseSync(join(folder, "saga.db"));
    old.exec(await sqliteTables());
    const where = "PlaceOrder@1/0";
    const { sagaId, version, commitId, snapshot, records, timer, createdAtMs, updatedAtMs } = OLDER;
    old
      .prepare(
        `INSERT INTO saga_instance (partition, saga_id, live, active, version, commit_id, status, conditions, records, created_at_ms,
          updated_at_ms, snapshot) VALUES (?, ?, 1, 0, ?, ?, 'running', 'parked', ?, ?, ?, ?)`,
      )
      .run(where, sagaId, version, commitId, records.length, createdAtMs, updatedAtMs, snapshot);
    for (const [index, record] of records.entries()) {
      old.prepare("INSERT INTO saga_history VALUES (?, ?, ?, ?, ?)").run(where, sagaId, index + 1, createdAtMs, record);
    }
    old.prepare("INSERT INTO saga_timer VALUES (?, ?, ?, ?)").run(where, sagaId, timer.key, timer.dueAtMs);
  });
  afterEach(async () => {
    await store?.close();
    old.close();
    await rm(folder, { recursive: true });
  });

  it("is brought up to date when it is opened, and its sagas go on", async () => {
    store = await openStore(`sqlite:${join(folder, "saga.db")}`);
    expect(store.partitions).toBe(8);
    await expectToGoOn(store);
    await store.close();
    store = await openStore(`sqlite:${join(folder, "saga.db")}`);
    expect((await store.load({ saga: "PlaceOrder", version: 1, index: 0 }, "order-1"))?.version).toBe(12);
  });

  it("a process of format 7 that holds it stops with an error", async () => {
    store = await openStore(`sqlite:${join(folder, "saga.db")}`);
    await store.close();
    // Renaming goes by the columns that this connection has read last.
    old.prepare("SELECT count(*) FROM saga_instance").get();
    old.exec("ALTER TABLE saga_instance RENAME COLUMN base TO whole; ALTER TABLE saga_instance DROP COLUMN held");
    old.exec("ALTER TABLE saga_instance DROP COLUMN rest; UPDATE saga_meta SET value = '7' WHERE name = 'format'");
    old.exec("ALTER TABLE saga_history RENAME COLUMN text TO record");
    const read = old.prepare("SELECT whole FROM saga_instance WHERE partition = ? AND saga_id = ?");
    expect(read.get("PlaceOrder@1/0", "order-1")).toEqual({ whole: OLDER.snapshot });
    store = await openStore(`sqlite:${join(folder, "saga.db")}`);
    expect(() => read.get("PlaceOrder@1/0", "order-1")).toThrow(/no such column/);
    await expectToGoOn(store);
  });

  it("a process of format 8 that holds it stops with an error where records may stand for many", async () => {
    store = await openStore(`sqlite:${join(folder, "saga.db")}`);
    await store.close();
    old.prepare("SELECT count(*) FROM saga_history").get();
    old.exec("ALTER TABLE saga_history RENAME COLUMN text TO record; UPDATE saga_meta SET value = '8' WHERE name = 'format'");
    const read = old.prepare("SELECT record FROM saga_history WHERE partition = ? AND saga_id = ? AND number = 1");
    expect(read.get("PlaceOrder@1/0", "order-1")).toEqual({ record: OLDER.records[0] });
    store = await openStore(`sqlite:${join(folder, "saga.db")}`);
    expect(() => read.get("PlaceOrder@1/0", "order-1")).toThrow(/no such column/);
    await expectToGoOn(store);
  });

  it("a process of that format that holds it stops with an error", async () => {
    const read = old.prepare("SELECT snapshot FROM saga_instance WHERE partition = ? AND saga_id = ?");
    const write = old.prepare("UPDATE saga_instance SET version = ?, snapshot = ? WHERE partition = ? AND saga_id = ?");
    expect(read.get("PlaceOrder@1/0", "order-1")).toEqual({ snapshot: OLDER.snapshot });
    store = await openStore(`sqlite:${join(folder, "saga.db")}`);
    expect(() => read.get("PlaceOrder@1/0", "order-1")).toThrow(/no such column/);
    expect(() => write.run(8, "x", "PlaceOrder@1/0", "order-1")).toThrow(/no such column/);
  });
});

describeRedis("data of format 3 in Redis", () => {
  let server: RedisServer;
  let admin: Redis;
  let store: Store | undefined;
  const prefix = "older";

  beforeAll(async () => {
    server = await redisForTests();
    admin = new Redis(server.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
  });
  beforeEach(async () => {
    const { sagaId, version, commitId, snapshot, records, timer, createdAtMs, updatedAtMs } = OLDER;
    const root = `{${prefix}:PlaceOrder@1/0}`;
    const keys = await admin.keys(`{${prefix}:*`);
    if (keys.length > 0) await admin.del(keys);
    await admin.hset(`{${prefix}:meta}`, { format: "3", partitions: "8" });
    await admin.hset(`${root}:saga:${sagaId}`, {
      version,
      commit: commitId,
      status: "running",
      live: "1",
      active: "0",
      conditions: "parked",
      updated: updatedAtMs,
      snapshot,
      created: createdAtMs,
      [`timer:${timer.key}`]: timer.dueAtMs,
    });
    await admin.rpush(`${root}:history:${sagaId}`, ...records.map((record) => `${createdAtMs} ${record}`));
    await admin.zadd(`${root}:timers`, timer.dueAtMs, `${sagaId} ${timer.key}`);
    await admin.set(`${root}:live`, "1");
    await admin.sadd(`{${prefix}:meta}:sagas`, "PlaceOrder@1");
  });
  afterEach(() => store?.close());

  it("is taken over when it is opened, and its sagas go on", async () => {
    store = await openStore(server.url, { prefix });
    // In no index yet: its next commit says what it is found by.
    expect(await store.count({ status: "running" })).toBe(0);
    await expectToGoOn(store);
    expect(await store.count({ status: "running" })).toBe(1);
    expect(await admin.hget(`{${prefix}:meta}`, "format")).toBe(String(REDIS_FORMAT));
  });

  it.each([3, 7, 8])("what a worker of format %i would read of a saga is gone once it has gone on", async (format) => {
    const key = `{${prefix}:PlaceOrder@1/0}:saga:order-1`;
    if (format === 7) await admin.hset(key, { whole: OLDER.snapshot, changes: 0 });
    if (format === 8) await admin.hset(key, { base: OLDER.snapshot, changes: 0, held: "", shown: "" });
    if (format > 3) await admin.hdel(key, "snapshot");
    store = await openStore(server.url, { prefix });
    await expectToGoOn(store);
    expect(await admin.hmget(key, "snapshot", "whole", "version", "live", "held")).toEqual([null, null, null, null, null]);
  });

  it("a saga of format 8 is found and read by what it said, goes on with its log, and is removed", async () => {
    const root = `{${prefix}:PlaceOrder@1/0}`;
    const key = `${root}:saga:order-1`;
    const shown = JSON.stringify([{ n: "v w" }, ["ship"], []]);
    const of8 = { base: "w", changes: 1, "change:6": "a", held: "2 6", records: 3, rest: "r", shown, tags: "n=%22v%20w%22" };
    await admin.hset(key, { ...of8, commit: "c 1%", conditions: "overdue parked" });
    await admin.hdel(key, "snapshot");
    for (const name of ["status:running", "condition:overdue", "condition:parked", "tag:n=%22v%20w%22"]) {
      await admin.zadd(`${root}:by:${name}`, 0, "0000000000001000 order-1");
    }
    store = await openStore(server.url, { prefix });
    const where = { saga: "PlaceOrder", version: 1, index: 0 };
    const snapshot = { whole: "w", changes: ["a"], log: { after: 2, upTo: 3, rest: "r" } };
    expect(await store.load(where, "order-1")).toMatchObject({ version: 7, commitId: "c 1%", snapshot });
    const page = { after: null, newestFirst: false, limit: 9 };
    const listed = { sagaId: "order-1", conditions: ["overdue", "parked"], tags: { n: "v w" }, steps: ["ship"] };
    expect((await store.list({}, page)).sagas).toMatchObject([listed]);

    const lease = await take(store);
    const commit = (more: Partial<CommitPart>) => store?.commit([part(lease, more)]);
    expect(await commit({ expectedVersion: 6 })).toEqual([{ status: "conflict", version: 7, commitId: "c 1%" }]);
    await commit({ expectedVersion: 7, snapshot: { rest: null }, conditions: ["overdue"] });
    const { length } = OLDER.records;
    const log = { after: 2, upTo: 3, rest: "r" };
    expect((await store.load(where, "order-1"))?.snapshot).toEqual({ whole: "w", changes: ["a"], log });
    await commit({ expectedVersion: 8, snapshot: { rest: null }, conditions: ["overdue"], records: ["1"] });
    expect((await store.load(where, "order-1"))?.snapshot.log).toEqual({ ...log, upTo: length + 1 });
    expect((await store.list({ tags: { n: "v w" } }, page)).sagas).toMatchObject([{ ...listed, conditions: ["overdue"] }]);
    expect((await store.list({ condition: "parked" }, page)).sagas).toEqual([]);
    await commit({ expectedVersion: 9, snapshot: { whole: "v" }, status: "completed", live: false, active: false });
    expect((await store.load(where, "order-1"))?.snapshot).toEqual({ whole: "v", changes: [] });
    const left = (await admin.hkeys(key)).sort();
    expect(left).toEqual(["base", "head", "tags", `timer:${OLDER.timer.key}`]);
    expect(await store.occupied(null)).toEqual([]);
    expect(await store.remove(where, { keepMs: 0, rememberMs: 1_000_000 }, 100)).toMatchObject({ removed: 1 });
    expect(await store.load(where, "order-1")).toMatchObject({ version: 11, removed: true, commitId: "commit-1" });
  });

  it.each(["running", "completed"])("one of format 8 that is %s is removed, or stays, without having gone on", async (status) => {
    const root = `{${prefix}:PlaceOrder@1/0}`;
    await admin.hset(`${root}:saga:order-1`, { base: "w", changes: 0, held: "", shown: "", status, conditions: "", live: "0" });
    await admin.hdel(`${root}:saga:order-1`, "snapshot");
    if (status === "completed") await admin.zadd(`${root}:over`, 0, "order-1");
    store = await openStore(server.url, { prefix });
    const where = { saga: "PlaceOrder", version: 1, index: 0 };
    const removed = status === "completed";
    expect(await store.remove(where, { keepMs: 0, rememberMs: 0 }, 100)).toMatchObject({ removed: removed ? 1 : 0 });
    expect(await store.load(where, "order-1")).toEqual(removed ? null : expect.objectContaining({ version: 7, status }));
  });

  it("records of a log that format 8 left may be replaced, as far as it leads on", async () => {
    const key = `{${prefix}:PlaceOrder@1/0}:saga:order-1`;
    const count = OLDER.records.length;
    await admin.hset(key, { base: "w", changes: 0, held: `${count - 2} 6`, records: count, shown: "" });
    await admin.hdel(key, "snapshot");
    store = await openStore(server.url, { prefix });
    const where = { saga: "PlaceOrder", version: 1, index: 0 };
    const lease = await take(store);
    const log = { expectedVersion: 7, snapshot: { rest: null }, records: ["a"] };
    expect(await store.commit([part(lease, { ...log, replaces: 3 })])).toMatchObject([{ status: "conflict", version: 7 }]);
    expect(await store.commit([part(lease, { ...log, replaces: 2 })])).toMatchObject([{ status: "committed", version: 8 }]);
    const led = { after: count - 2, upTo: count - 1, rest: null };
    expect((await store.load(where, "order-1"))?.snapshot).toEqual({ whole: "w", changes: [], log: led });
  });

  it("changes that format 7 left are read with what comes after them", async () => {
    const root = `{${prefix}:PlaceOrder@1/0}`;
    await admin.hset(`${root}:saga:order-1`, { whole: "w", changes: 2, "change:6": "a", "change:7": "b" });
    await admin.hdel(`${root}:saga:order-1`, "snapshot");
    store = await openStore(server.url, { prefix });
    const where = { saga: "PlaceOrder", version: 1, index: 0 };
    expect((await store.load(where, "order-1"))?.snapshot).toEqual({ whole: "w", changes: ["a", "b"] });
    const lease = await take(store);
    const count = OLDER.records.length;
    await store.commit([part(lease, { expectedVersion: 7, snapshot: { rest: null }, records: ["1"] })]);
    const log = { after: count, upTo: count + 1, rest: null };
    expect((await store.load(where, "order-1"))?.snapshot).toEqual({ whole: "w", changes: ["a", "b"], log });
    await store.commit([part(lease, { expectedVersion: 8, snapshot: { whole: "v" } })]);
    expect((await store.load(where, "order-1"))?.snapshot).toEqual({ whole: "v", changes: [] });
    expect((await admin.hkeys(`${root}:saga:order-1`)).filter((name) => name.startsWith("change:"))).toEqual([]);
  });
});
