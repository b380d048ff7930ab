import { join } from "node:path";
import { hasRedisServer, startRedis } from "../kit/redis.ts";
import type { StoreUnderTest } from "./trial.ts";

export interface OpenStores {
  readonly stores: readonly StoreUnderTest[];
  /** What cannot be tested here, and why. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

export const SQLITE: StoreUnderTest = { name: "sqlite", url: (folder) => `sqlite:${join(folder, "saga.db")}` };

/** SQLite, and Redis where there is a `redis-server` on the PATH: one server for all trials, each with a prefix of its own. */
export async function openStores(): Promise<OpenStores> {
  if (!hasRedisServer()) {
    return { stores: [SQLITE], missing: ["redis: no redis-server on the PATH"], close: async () => undefined };
  }
  const server = await startRedis();
  return {
    stores: [SQLITE, { name: "redis", url: () => server.url }],
    missing: [],
    close: () => server.stop(),
  };
}
