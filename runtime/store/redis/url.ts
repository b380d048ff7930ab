import type { RedisOptions } from "ioredis";
import { SagaError } from "../../errors.ts";

/**
 * `redis://[user[:password]@]host[:port][/db]`, `rediss://` for TLS. Options in a query are refused, not ignored: ioredis itself would
 * let them switch off what keeps writes from being sent twice.
 */
export function parseRedisUrl(url: string): RedisOptions & { host: string; port: number } {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || parsed.hostname === "") throw badUrl("it names no server");
  if (parsed.search !== "" || parsed.hash !== "") throw badUrl("it has options after the database; hand them to openStore()");
  const db = parsed.pathname.replace(/^\//, "");
  if (!/^\d{0,5}$/.test(db)) throw badUrl("the database is no number");
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: parsed.port === "" ? 6379 : Number(parsed.port),
    db: Number(db),
    ...(parsed.username === "" ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === "" ? {} : { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === "rediss:" ? { tls: {} } : {}),
  };
}

// The URL itself is not shown: it may hold a password.
function badUrl(why: string): SagaError {
  return new SagaError("RT1009", `the Redis URL cannot be used: ${why}. Use redis://user:password@host:6379/0.`);
}
