import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { Client } from "pg";
import type { OpenStoreOptions } from "../../runtime/store/open.ts";
import { openStore } from "../../runtime/store/open.ts";
import { RedisStore } from "../../runtime/store/redis/redis-store.ts";
import type { Store } from "../../runtime/store/store.ts";
import type { StorePlace } from "../conformance/kit.ts";
import type { PostgresServer } from "../kit/postgres.ts";
import type { RedisServer } from "../kit/redis.ts";

export async function memoryPlace(): Promise<StorePlace> {
  return { open: (options) => openStore("memory:", options), dispose: async () => undefined };
}

/** A file of its own in a folder of its own. */
export async function sqlitePlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), "saga-sqlite-"));
  const handles: Store[] = [];
  return {
    async open(options) {
      const store = await openStore(`sqlite:${join(folder, "saga.db")}`, options);
      handles.push(store);
      return store;
    },
    async dispose() {
      for (const store of handles) await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export interface RedisPlace extends StorePlace {
  readonly prefix: string;
}

/** What is asked of a server here has more time than a user's calls, since a machine may be slow; whoever tests that it runs out says so. */
const PATIENT = { commandTimeoutMs: 30_000 };

type Open = (url: string, options: OpenStoreOptions) => Promise<Store>;

/** A prefix of its own on a server that others use too. */
export function redisPlace(
  server: RedisServer,
  options: OpenStoreOptions = {},
  openIt: Open = openStore,
): () => Promise<RedisPlace> {
  return async () => {
    const prefix = `test-${randomUUID()}`;
    const handles: Store[] = [];
    return {
      prefix,
      async open(more) {
        const store = await openIt(server.url, { prefix, ...PATIENT, ...options, ...more });
        handles.push(store);
        return store;
      },
      async dispose() {
        for (const store of handles) await store.close();
        await deleteKeys(server, `{${prefix}:*`);
      },
    };
  };
}

/** As on a cluster, where a start takes two steps. */
export async function openForTwoSteps(url: string, { prefix = "saga", clock, partitions }: OpenStoreOptions): Promise<Store> {
  const fixed = { defaultPartitions: 8, ...PATIENT, allowEviction: false, strictReplicas: 0, warn: () => undefined };
  return await RedisStore.open({
    url,
    prefix,
    partitions: partitions ?? null,
    ...(clock && { clock }),
    ...fixed,
    startsInOneStep: false,
  });
}

export interface PostgresPlace extends StorePlace {
  readonly schema: string;
}

/** A schema of its own in a database that others use too. */
export function postgresPlace(server: PostgresServer, options: OpenStoreOptions = {}): () => Promise<PostgresPlace> {
  return async () => {
    const schema = `test_${randomUUID().replaceAll("-", "")}`;
    const handles: Store[] = [];
    return {
      schema,
      async open(more) {
        const store = await openStore(server.url, { schema, onWarning: () => undefined, ...PATIENT, ...options, ...more });
        handles.push(store);
        return store;
      },
      async dispose() {
        for (const store of handles) await store.close();
        await query(server.url, `DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
      },
    };
  };
}

/** As `postgresPlace`, but one schema for all, which is emptied after each: to make one anew takes as long as all that a short test asks of it. */
export function emptiedPostgresPlace(server: PostgresServer): () => Promise<PostgresPlace> {
  const schema = `test_${randomUUID().replaceAll("-", "")}`;
  return async () => {
    const handles: Store[] = [];
    return {
      schema,
      async open(options) {
        const store = await openStore(server.url, { schema, onWarning: () => undefined, ...PATIENT, ...options });
        handles.push(store);
        return store;
      },
      async dispose() {
        for (const store of handles) await store.close();
        const named = "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename NOT IN ('migration', 'meta')";
        const tables = (await query(server.url, named, [schema])).map(({ tablename }) => `"${schema}"."${tablename}"`);
        await query(server.url, `TRUNCATE ${tables.join(", ")} RESTART IDENTITY`);
      },
    };
  };
}

/** Asks the server directly. */
export async function query(url: string, sql: string, values: unknown[] = []): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function deleteKeys(server: RedisServer, pattern: string): Promise<void> {
  const client = new Redis(server.url);
  for await (const keys of client.scanStream({ match: pattern, count: 1000 })) {
    // One by one: of a cluster they lie in several slots.
    await Promise.all((keys as string[]).map((key) => client.unlink(key)));
  }
  await client.quit();
}
