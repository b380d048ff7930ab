import { DatabaseSync } from "node:sqlite";
import { postgresFence, type RedisAccess, redisFence, sqliteFence } from "@sagac/runtime/participant";
import type { Redis } from "ioredis";
import { Pool, type PoolClient } from "pg";
import type { Gate, Side } from "./kit.ts";

const FREE: Gate = () => undefined;

/** `waits`: asks whether a connection of this application name waits for a lock. */
export function postgresSide(
  url: string,
  before: Gate = FREE,
  { name = "side", waits = async () => false }: { readonly name?: string; readonly waits?: () => Promise<boolean> } = {},
): Side<PoolClient> {
  const pool = new Pool({ connectionString: url, application_name: name, max: 2 });
  return {
    fence: postgresFence({ pool: gated(pool, before), scope: "stock" }),
    write: async (client, line) => void (await client.query("INSERT INTO effect (line) VALUES ($1)", [line])),
    waits,
    close: () => pool.end(),
  };
}

export function sqliteSide(file: string, before: Gate = FREE, timeoutMs = 0): Side<DatabaseSync> {
  const db = new DatabaseSync(file, { timeout: timeoutMs });
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
}

/** Effects are in the list `<prefix>-effects`. */
export function redisSide(redis: Redis, prefix: string, before: Gate = FREE): Side<RedisAccess> {
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
