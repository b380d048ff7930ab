import { join } from "node:path";
import { type OwnPostgresServer, startPostgres } from "../kit/postgres.ts";
import { type OwnRedisServer, startRedis } from "../kit/redis.ts";
import type { StoreName } from "./fault.ts";

/** A store of its own, which nothing but a strike on the workers befalls. */
export interface PlainGround {
  readonly url: string;
  readonly redis: OwnRedisServer | null;
  readonly postgres: OwnPostgresServer | null;
  close(): Promise<void>;
}

export async function plainGround(store: StoreName, folder: string): Promise<PlainGround> {
  if (store === "redis") {
    const redis = await startRedis();
    return { url: redis.url, redis, postgres: null, close: () => redis.stop() };
  }
  if (store === "postgres") {
    const postgres = await startPostgres();
    return { url: postgres.url, redis: null, postgres, close: () => postgres.stop() };
  }
  return { url: `sqlite:${join(folder, "saga.db")}`, redis: null, postgres: null, close: async () => undefined };
}
