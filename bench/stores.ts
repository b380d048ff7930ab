import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStore, type Store } from "@sagac/runtime";
import { Redis } from "ioredis";
import { Client } from "pg";
import { startRedis } from "../test/kit/redis.ts";
import { temporaryFolder } from "../test/kit/scratch.ts";
import { postgresServer } from "./postgres-server.ts";

export const STORES = ["memory", "sqlite", "redis", "redis-always", "postgres"] as const;
export type StoreName = (typeof STORES)[number];
/** What an option names of what there is: `sqlite,redis`. Throws where one is none of it. */
export function among<T extends string>(option: string, names: string, known: readonly T[]): T[] {
  return names.split(",").map((name) => {
    const found = known.find((each) => each === name);
    if (found === undefined) throw new Error(`--${option}: "${name}" is none of ${known.join(", ")}`);
    return found;
  });
}

/** When Redis has what it was sent on disk: within a second, or before it answers. */
export type Sync = "everysec" | "always";

export interface BenchStore {
  readonly store: Store;
  /** For another process, or another connection. */
  readonly url: string;
  /** Of the server's processes that are there now, to count their CPU; none: it runs in this process. */
  pids(): readonly number[];
  /** What the store holds now, indexes and all. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

/**
 * A fresh, empty store: `sqlite` with synchronous=FULL, `redis` with AOF and appendfsync everysec, `redis-always` with a sync a write, `postgres`
 * with fsync=on.
 */
export async function openBenchStore(name: StoreName): Promise<BenchStore> {
  switch (name) {
    case "memory": {
      const store = await openStore("memory:");
      return { store, url: "memory:", pids: () => [], bytes: async () => 0, close: () => store.close() };
    }
    case "sqlite":
      return await openSqlite();
    case "redis":
    case "redis-always":
      return await openRedis(name === "redis" ? "everysec" : "always");
    case "postgres":
      return await openPostgres();
  }
}

async function openSqlite(): Promise<BenchStore> {
  const folder = temporaryFolder("saga-bench-");
  const path = join(folder.path, "saga.db");
  const store = await openStore(`sqlite:${path}`);
  return {
    store,
    url: `sqlite:${path}`,
    pids: () => [],
    async bytes() {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA busy_timeout = 10000; PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
      return (await stat(path)).size;
    },
    close: () => store.close().then(folder.remove),
  };
}

async function openPostgres(): Promise<BenchStore> {
  const { url, pids, stop } = await postgresServer();
  const store = await openStore(url);
  return {
    store,
    url,
    pids,
    async bytes() {
      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query<{ size: string }>("select pg_database_size(current_database()) as size");
      await client.end();
      return Number(rows[0]?.size);
    },
    async close() {
      await store.close();
      await stop();
    },
  };
}

async function openRedis(sync: Sync): Promise<BenchStore> {
  const server = await startRedis(["--appendfsync", sync]);
  const { url } = server;
  const told = async (section: string, field: RegExp): Promise<number> => {
    const client = new Redis(url);
    const info = await client.info(section);
    client.disconnect();
    return Number(field.exec(info)?.[1]);
  };
  const [store, pid] = [await openStore(url), await told("server", /process_id:(\d+)/)];
  return {
    store,
    url,
    pids: () => [pid],
    bytes: () => told("memory", /used_memory_dataset:(\d+)/),
    async close() {
      await store.close();
      await server.stop();
    },
  };
}
