import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { postgresFence, type RedisAccess } from "@sagac/runtime/participant";
import { Redis } from "ioredis";
import { Pool, type PoolClient } from "pg";
import type { PostgresServer } from "../kit/postgres.ts";
import type { RedisServer } from "../kit/redis.ts";
import { query } from "../store/places.ts";
import type { FencePlace } from "./kit.ts";
import { postgresSide, redisSide, sqliteSide } from "./sides.ts";

/** Where the data is, for other processes too. */
export interface OpenPlace<Access> extends FencePlace<Access> {
  readonly at: string;
}

/** A database of its own. */
export async function postgresFencePlace(server: PostgresServer): Promise<OpenPlace<PoolClient>> {
  const database = `fence_${randomUUID().replaceAll("-", "")}`;
  await query(server.url, `CREATE DATABASE ${database}`);
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  const pool = new Pool({ connectionString: url.href, max: 1 });
  await pool.query("CREATE TABLE effect (number int GENERATED ALWAYS AS IDENTITY, line text NOT NULL)");
  await postgresFence({ pool, scope: "stock" }).prepare();
  let sides = 0;
  return {
    at: url.href,
    holds: true,
    async open(before) {
      const name = `side-${++sides}`;
      const asked = "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
      const waits = async () => (await pool.query(asked, [name])).rows.length > 0;
      return postgresSide(url.href, before, { name, waits });
    },
    effects: async () =>
      (await pool.query<{ line: string }>("SELECT line FROM effect ORDER BY number")).rows.map(({ line }) => line),
    async dispose() {
      await pool.end();
      await query(server.url, `DROP DATABASE ${database} WITH (FORCE)`);
    },
  };
}

/** A file of its own. */
export function sqliteFencePlace(): OpenPlace<DatabaseSync> {
  const folder = mkdtempSync(join(tmpdir(), "saga-fence-"));
  const file = join(folder, "stock.db");
  const truth = new DatabaseSync(file);
  truth.exec("PRAGMA journal_mode = WAL; CREATE TABLE effect (number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT");
  return {
    at: file,
    holds: false,
    open: async (before) => sqliteSide(file, before),
    effects: async () =>
      truth
        .prepare("SELECT line FROM effect ORDER BY number")
        .all()
        .map(({ line }) => String(line)),
    async dispose() {
      truth.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Keys of its own. */
export async function redisFencePlace(server: RedisServer): Promise<OpenPlace<RedisAccess>> {
  const prefix = `fence-${randomUUID()}`;
  const redis = new Redis(server.url);
  return {
    at: `${server.url}#${prefix}`,
    holds: true,
    open: async (before) => redisSide(redis, prefix, before),
    effects: () => redis.lrange(`${prefix}-effects`, 0, -1),
    async dispose() {
      for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
        if (keys.length > 0) await redis.unlink(...(keys as string[]));
      }
      await redis.quit();
    },
  };
}
