import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { postgresFence, type RedisAccess, redisFence, sqliteFence } from "@sagac/runtime/participant";
import { Redis } from "ioredis";
import { Pool, type PoolClient } from "pg";
import type { PostgresServer } from "../kit/postgres.ts";
import type { RedisServer } from "../kit/redis.ts";
import { query } from "../store/places.ts";
import type { FencePlace, Gate } from "./kit.ts";

const FREE: Gate = () => undefined;

/** A database of its own. */
export async function postgresFencePlace(server: PostgresServer): Promise<FencePlace<PoolClient>> {
  const database = `fence_${randomUUID().replaceAll("-", "")}`;
  await query(server.url, `CREATE DATABASE ${database}`);
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  await query(url.href, "CREATE TABLE effect (number int GENERATED ALWAYS AS IDENTITY, line text NOT NULL)");
  const watching = new Pool({ connectionString: url.href, max: 1 });
  let made = false;
  let sides = 0;
  return {
    holds: true,
    async open(before = FREE) {
      const name = `side-${++sides}`;
      const pool = new Pool({ connectionString: url.href, application_name: name, max: 2 });
      const fence = postgresFence({ pool: gated(pool, before), scope: "stock" });
      if (!made) await postgresFence({ pool, scope: "stock" }).prepare();
      made = true;
      return {
        fence,
        write: async (client, line) => void (await client.query("INSERT INTO effect (line) VALUES ($1)", [line])),
        async waits() {
          const asked = "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
          return (await watching.query(asked, [name])).rows.length > 0;
        },
        close: () => pool.end(),
      };
    },
    effects: async () =>
      (await watching.query<{ line: string }>("SELECT line FROM effect ORDER BY number")).rows.map(({ line }) => line),
    async dispose() {
      await watching.end();
      await query(server.url, `DROP DATABASE ${database} WITH (FORCE)`);
    },
  };
}

/** The same pool, with someone at the door of each statement. */
function gated(pool: Pool, before: Gate): Pool {
  return replaced(pool, {
    async connect() {
      const client = await pool.connect();
      return replaced(client, {
        async query(sql: string, values?: unknown[]) {
          await before(sql);
          return await client.query(sql, values);
        },
      });
    },
  });
}

/** A file of its own. */
export function sqliteFencePlace(): FencePlace<DatabaseSync> {
  const folder = mkdtempSync(join(tmpdir(), "saga-fence-"));
  const file = join(folder, "stock.db");
  const truth = new DatabaseSync(file);
  truth.exec("PRAGMA journal_mode = WAL; CREATE TABLE effect (number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT");
  return {
    holds: false,
    async open(before = FREE) {
      const db = new DatabaseSync(file, { timeout: 0 });
      const insert = db.prepare("INSERT INTO effect (line) VALUES (?)");
      let begun = false;
      const watched = replaced(db, {
        exec(sql: string) {
          if (begun) before(sql);
          return db.exec(sql);
        },
        prepare(sql: string) {
          const statement = db.prepare(sql);
          const passing =
            (method: "get" | "run") =>
            (...values: never[]) => {
              if (begun) before(sql);
              return statement[method](...values);
            };
          return replaced(statement, { get: passing("get"), run: passing("run") });
        },
      });
      const fence = sqliteFence({ db: watched, scope: "stock" });
      begun = true;
      return {
        fence,
        write(_, line) {
          before("INSERT INTO effect");
          insert.run(line);
          return undefined;
        },
        waits: async () => false,
        close: async () => db.close(),
      };
    },
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
export async function redisFencePlace(server: RedisServer): Promise<FencePlace<RedisAccess>> {
  const prefix = `fence-${randomUUID()}`;
  const redis = new Redis(server.url);
  return {
    holds: true,
    async open(before = FREE) {
      const fence = redisFence({ redis: gatedRedis(redis, before), scope: "stock", prefix });
      return {
        fence,
        async write({ multi }, line) {
          multi.rpush(`${prefix}-effects`, line);
        },
        // Nobody waits for anybody: who comes second decides anew.
        waits: async () => false,
        close: async () => fence.close(),
      };
    },
    effects: () => redis.lrange(`${prefix}-effects`, 0, -1),
    async dispose() {
      for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
        if (keys.length > 0) await redis.unlink(...(keys as string[]));
      }
      await redis.quit();
    },
  };
}

function gatedRedis(redis: Redis, before: Gate): Redis {
  return replaced(redis, {
    duplicate(options: object) {
      const own = redis.duplicate(options);
      const passing =
        (command: "watch" | "get" | "unwatch") =>
        async (...values: never[]) => {
          await before(command);
          return await (own[command] as (...all: never[]) => Promise<unknown>)(...values);
        };
      return replaced(own, {
        watch: passing("watch"),
        get: passing("get"),
        unwatch: passing("unwatch"),
        multi() {
          const multi = own.multi();
          const exec = multi.exec.bind(multi);
          return Object.assign(multi, {
            async exec() {
              await before("exec");
              return await exec();
            },
          });
        },
      });
    },
  });
}

/** The same object with some of its methods replaced. */
function replaced<T extends object>(target: T, methods: object): T {
  return new Proxy(target, {
    get(_, name) {
      const own = (methods as Record<PropertyKey, unknown>)[name];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
