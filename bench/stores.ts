import { spawn } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStore, type Store } from "@sagac/runtime";
import { Redis } from "ioredis";
import { Client } from "pg";
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
  const folder = await mkdtemp(join(tmpdir(), "saga-bench-"));
  const clean = () => rm(folder, { recursive: true, force: true });
  switch (name) {
    case "memory": {
      const store = await openStore("memory:");
      return { store, url: "memory:", pids: () => [], bytes: async () => 0, close: () => store.close().then(clean) };
    }
    case "sqlite":
      return await openSqlite(join(folder, "saga.db"), clean);
    case "redis":
    case "redis-always":
      return await openRedis(folder, name === "redis" ? "everysec" : "always", clean);
    case "postgres":
      return await openPostgres(clean);
  }
}

async function openSqlite(path: string, clean: () => Promise<void>): Promise<BenchStore> {
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
    close: () => store.close().then(clean),
  };
}

async function openPostgres(clean: () => Promise<void>): Promise<BenchStore> {
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
      await clean();
    },
  };
}

async function openRedis(folder: string, sync: Sync, clean: () => Promise<void>): Promise<BenchStore> {
  const port = await freePort();
  const options = {
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    appendonly: "yes",
    appendfsync: sync,
  };
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  const server = spawn("redis-server", args, { stdio: "ignore" });
  const exited = new Promise<void>((resolve, reject) => {
    server.once("exit", () => resolve());
    server.once("error", (error) => reject(new Error(`redis-server cannot be started: ${error.message}`)));
  });
  await Promise.race([listening(port), exited.then(() => Promise.reject(new Error("redis-server ended at once")))]);
  const url = `redis://127.0.0.1:${port}`;
  const store = await openStore(url);
  return {
    store,
    url,
    pids: () => (server.pid === undefined ? [] : [server.pid]),
    async bytes() {
      const client = new Redis(url);
      const info = await client.info("memory");
      client.disconnect();
      return Number(/used_memory_dataset:(\d+)/.exec(info)?.[1]);
    },
    async close() {
      await store.close();
      server.kill("SIGTERM");
      await exited;
      await clean();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(socket.end() !== null));
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
