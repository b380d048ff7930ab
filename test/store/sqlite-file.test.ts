import { execFile } from "node:child_process";
import { copyFile, mkdtemp, open as openFile, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import { SQLITE_FORMAT } from "../../runtime/store/sqlite/schema.ts";
import { SqliteStore } from "../../runtime/store/sqlite/sqlite-store.ts";
import type { Store } from "../../runtime/store/store.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import { until } from "../kit/until.ts";

describe("the SQLite store's file", () => {
  let folder: string;
  let file: string;
  const handles: { close(): unknown }[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "saga-sqlite-"));
    file = join(folder, "saga.db");
  });
  afterEach(async () => {
    for (const handle of handles.splice(0)) await handle.close();
    await rm(folder, { recursive: true });
  });

  async function open(busyTimeoutMs?: number): Promise<Store> {
    const store = await SqliteStore.open({ path: file, partitions: null, defaultPartitions: 8, busyTimeoutMs });
    handles.push(store);
    return store;
  }

  /** A connection past the store. */
  function raw(): DatabaseSync {
    const db = new DatabaseSync(file);
    handles.push({ close: () => db.isOpen && db.close() });
    return db;
  }

  it("tells no start again that has been taken: whoever has no room would believe that its saga has not begun", async () => {
    const [ours, theirs] = [await open(), await open()];
    const told: (string | null)[] = [];
    ours.watch(({ what, sagaId }) => void (what === "start" && told.push(sagaId)));
    await ours.append(partition(), command());
    const [start] = await ours.pending(partition(), 1);
    if (start === undefined) throw new Error("nothing is pending");
    const lease = await take(ours);
    await ours.commit([
      part(lease, {
        consume: [{ position: start.position, id: start.id, result: { status: "applied", code: null, message: null } }],
      }),
    ]);
    await theirs.append(partition(), command({ id: "start:order-2", sagaId: "order-2" }));
    await until("the other one's start is told", () => told.includes("order-2"));
    expect(told).toEqual(["order-1", "order-2"]);
  });

  it.each([
    { what: "removed", how: () => rm(file) },
    { what: "replaced", how: () => copyFile(file, `${file}-new`).then(() => rename(`${file}-new`, file)) },
  ])(
    "one that was $what while it was open takes nothing more (RT2009), as it would be gone with the process",
    async ({ how }) => {
      const store = await open();
      const lease = await take(store);
      await store.commit([part(lease)]);
      await how();
      await expect(store.commit([part(lease, { expectedVersion: 1 })])).rejects.toMatchObject({ code: "RT2009" });
      await expect(store.append(partition(), command())).rejects.toMatchObject({ code: "RT2009" });
      await expect(store.attend({ owner: "worker-1", serves: [] }, 1_000)).rejects.toMatchObject({ code: "RT2009" });
      expect((await store.load(partition(), "order-1"))?.version).toBe(1);
    },
  );

  it("one that was removed, and whose connection is given up, is not made anew by a read or a write (RT2009)", async () => {
    const store = await open();
    await store.commit([part(await take(store))]);
    const other = raw();
    other.exec("CREATE TABLE orders (id TEXT); PRAGMA wal_checkpoint(TRUNCATE)");
    other.close();
    const { length } = await readFile(file);
    const handle = await openFile(file, "r+");
    await handle.write(Buffer.alloc(length - 4_096, 0xff), 0, length - 4_096, 4_096);
    await handle.close();
    await expect(store.load(partition(), "order-1")).rejects.toMatchObject({ message: expect.stringContaining("damaged") });
    await rm(file);
    for (const ask of [() => store.load(partition(), "order-1"), () => store.append(partition(), command())]) {
      await expect(ask()).rejects.toMatchObject({ code: "RT2009" });
    }
    expect(await readdir(folder)).not.toContain("saga.db");
  });

  it("is in WAL mode, synced at each commit", async () => {
    await open();
    expect(raw().prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  });

  it("a file of the format before is brought up to this one: its sagas go on, and are found from their next commit on", async () => {
    const first = await open();
    const lease = await take(first);
    await first.commit([part(lease, { conditions: ["parked"] })]);
    const db = raw();
    db.exec(`DROP INDEX saga_instance_over; DROP INDEX saga_command_root; DROP INDEX saga_command_start; DROP INDEX saga_instance_listed; DROP INDEX saga_instance_conditions; DROP TABLE saga_tag;
      ALTER TABLE saga_instance DROP COLUMN shown; ALTER TABLE saga_instance DROP COLUMN over_at_ms;
      ALTER TABLE saga_instance DROP COLUMN removed; ALTER TABLE saga_instance RENAME COLUMN base TO whole;
      ALTER TABLE saga_instance DROP COLUMN held; ALTER TABLE saga_instance DROP COLUMN rest;
      ALTER TABLE saga_history RENAME COLUMN text TO record; UPDATE saga_meta SET value = '4' WHERE name = 'format'`);
    const store = await open();
    expect(await store.count({ condition: "parked" })).toBe(1);
    const shown = { tags: { customer: "kim" }, steps: ["pay"], waitingFor: [] };
    await store.commit([part(lease, { expectedVersion: 1, shown })]);
    expect(await store.count({ tags: { customer: "kim" } })).toBe(1);
    expect(await store.count({ condition: "parked" })).toBe(0);
    expect(db.prepare("SELECT value FROM saga_meta WHERE name = 'format'").get()).toEqual({ value: String(SQLITE_FORMAT) });
  });

  it("a folder that is not there: RT2001, with the path", async () => {
    const missing = join(folder, "missing", "saga.db");
    await expect(openStore(`sqlite:${missing}`)).rejects.toMatchObject({
      code: "RT2001",
      message: expect.stringContaining(missing),
    });
    await expect(openStore(`sqlite:${folder}`)).rejects.toMatchObject({ code: "RT2001" });
  });

  it("a file that is no database: RT2008, and it is left as it was", async () => {
    await writeFile(file, "no database at all ".repeat(500));
    await expect(openStore(`sqlite:${file}`)).rejects.toMatchObject({
      code: "RT2008",
      message: expect.stringContaining("no SQLite database"),
    });
  });

  it("a newer format: RT2004, and nothing is changed", async () => {
    await (await open()).close();
    raw().exec("UPDATE saga_meta SET value = '999' WHERE name = 'format'");
    await expect(open()).rejects.toMatchObject({ code: "RT2004", message: expect.stringContaining("format 999") });
    expect(raw().prepare("SELECT value FROM saga_meta WHERE name = 'format'").get()).toEqual({ value: "999" });
  });

  it("tables of others in the same file do not matter", async () => {
    raw().exec("CREATE TABLE orders (id TEXT); INSERT INTO orders VALUES ('a')");
    const store = await open();
    await store.append(partition(), command());
    expect(raw().prepare("SELECT id FROM orders").all()).toEqual([{ id: "a" }]);
  });

  it("while another process holds the file the call waits, the event loop goes on, and nothing fails", async () => {
    const store = await open();
    const lease = await take(store);
    const other = raw();
    other.exec("BEGIN IMMEDIATE");
    let settled = false;
    const commit = store.commit([part(lease)]).finally(() => {
      settled = true;
    });
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 1);
    await until("the event loop went round while the commit waits", () => ticks >= 50);
    clearInterval(ticking);
    expect(settled).toBe(false);
    // Reading needs no lock.
    expect(await store.load(partition(), "order-1")).toBeNull();
    other.exec("COMMIT");
    expect(await commit).toMatchObject([{ status: "committed" }]);
  });

  it("a file that stays locked: RT2008 after the time for it, nothing is written, and later it goes on", async () => {
    const store = await open(100);
    const lease = await take(store);
    const other = raw();
    other.exec("BEGIN IMMEDIATE");
    const outcomes = await Promise.allSettled([store.commit([part(lease)]), store.append(partition(), command())]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: { code: "RT2008" } });
    other.exec("ROLLBACK");
    expect(await store.load(partition(), "order-1")).toBeNull();
    expect(await store.commit([part(lease)])).toMatchObject([{ status: "committed" }]);
  });

  it("writes that are joined do not fail for each other's fault", async () => {
    const store = await open();
    const lease = await take(store);
    raw().exec(`CREATE TRIGGER poison BEFORE INSERT ON saga_history WHEN NEW.text = 'poison'
      BEGIN SELECT RAISE(ABORT, 'poisoned'); END`);
    const outcomes = await Promise.allSettled(
      ["a", "poison", "b"].map((record) => store.commit([part(lease, { sagaId: `saga-${record}`, records: [record] })])),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: { code: "RT2008", message: expect.stringContaining("poisoned") } });
    expect((await store.active(partition(), null, 10)).ids).toEqual(["saga-a", "saga-b"]);
    expect(await store.load(partition(), "saga-poison")).toBeNull();
  });

  it("writes of one turn share a transaction", async () => {
    const store = await open();
    const lease = await take(store);
    // A foreign connection sees how often the file changed: as often as there were transactions.
    const observer = raw();
    const changes = () => observer.prepare("PRAGMA data_version").get()?.data_version;
    const before = observer.prepare("SELECT changes FROM saga_lease").get();
    expect(before).toEqual({ changes: 0 });
    const seen = new Set([changes()]);
    const calls = Array.from({ length: 100 }, async (_, index) => {
      await store.commit([part(lease, { sagaId: `order-${index}` })]);
      seen.add(changes());
    });
    await Promise.all(calls);
    expect(observer.prepare("SELECT changes FROM saga_lease").get()).toEqual({ changes: 100 });
    expect(seen.size).toBe(2);
  });

  it("no warning is printed by loading it", async () => {
    const source = `const { openStore } = await import(${JSON.stringify(new URL("../../runtime/store/open.ts", import.meta.url).href)});
      const store = await openStore("sqlite::memory:"); await store.close(); console.log("done");`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source]);
    expect({ stdout, stderr }).toEqual({ stdout: "done\n", stderr: "" });
  });
});
