import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import { REDIS_FORMAT } from "../../runtime/store/redis/format.ts";
import type { Store } from "../../runtime/store/store.ts";
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
    const read = old.prepare("SELECT whole FROM saga_instance WHERE partition = ? AND saga_id = ?");
    expect(read.get("PlaceOrder@1/0", "order-1")).toEqual({ whole: OLDER.snapshot });
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
    await expectToGoOn(store);
    expect(await admin.hget(`{${prefix}:meta}`, "format")).toBe(String(REDIS_FORMAT));
  });

  it.each([3, 7])("what a worker of format %i would read of a saga is gone once it has gone on", async (format) => {
    const key = `{${prefix}:PlaceOrder@1/0}:saga:order-1`;
    if (format === 7) {
      await admin.hset(key, { whole: OLDER.snapshot, changes: 0 });
      await admin.hdel(key, "snapshot");
    }
    store = await openStore(server.url, { prefix });
    await expectToGoOn(store);
    expect(await admin.hmget(key, "snapshot", "whole")).toEqual([null, null]);
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
