import type { RedisOptions } from "ioredis";
import { SagaError } from "../../errors.ts";

/** One server, with its database and who asks. */
export type ServerAddress = RedisOptions & { readonly host: string; readonly port: number };

/** A primary that sentinels know by its name. */
export type SentinelAddress = Omit<RedisOptions, "host" | "port" | "sentinels" | "name"> & {
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
};

export type RedisAddress = ServerAddress | SentinelAddress;

/**
 * `redis://[user[:password]@]host[:port][/db]`, or `redis+sentinel://[user[:password]@]host[:port][,host[:port] …]/name[/db]`: the sentinels, and
 * the name of the primary that they watch; `rediss` for TLS, with sentinels for both. Options in a query are refused, not ignored: ioredis itself
 * would let them switch off what keeps writes from being sent twice.
 */
export function parseRedisUrl(url: string): RedisAddress {
  return /^rediss?\+sentinel:/.test(url) ? parseSentinels(url) : parseServer(url);
}

function parseServer(url: string): ServerAddress {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || parsed.hostname === "") throw badUrl("it names no server");
  if (parsed.search !== "" || parsed.hash !== "") throw badUrl("it has options after the database; hand them to openStore()");
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: parsed.port === "" ? 6379 : Number(parsed.port),
    db: database(parsed.pathname.replace(/^\//, "")),
    ...whoAsks(parsed),
    ...(parsed.protocol === "rediss:" ? { tls: {} } : {}),
  };
}

function parseSentinels(url: string): SentinelAddress {
  const [, secure, who = "", hosts = "", path = "", rest = ""] = SENTINELS.exec(url) ?? [];
  if (hosts === "") throw badUrl("it names no sentinels", SENTINEL_FORM);
  if (rest !== "") throw badUrl("it has options after the database; hand them to openStore()", SENTINEL_FORM);
  const [name = "", db = "", ...more] = path.split("/");
  if (name === "" || more.length > 0) throw badUrl("after the sentinels stands the name of the primary", SENTINEL_FORM);
  const asked = hosts.split(",").map((host) => {
    const text = `redis://${host}`;
    const parsed = URL.canParse(text) ? new URL(text) : null;
    if (parsed === null || parsed.hostname === "" || !["", "/"].includes(parsed.pathname))
      throw badUrl("one of its sentinels is no host", SENTINEL_FORM);
    return { host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"), port: parsed.port === "" ? 26379 : Number(parsed.port) };
  });
  const user = `redis://${who}host`;
  if (!URL.canParse(user)) throw badUrl("its user and password cannot be read", SENTINEL_FORM);
  return {
    sentinels: asked,
    name: decoded(name),
    db: database(db),
    ...whoAsks(new URL(user)),
    ...(secure === "s" ? { tls: {}, enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
  };
}

const SENTINELS = /^redis(s?)\+sentinel:\/\/([^/?#]*@)?([^@/?#]+)\/?([^?#]*)(.*)$/;

function database(text: string): number {
  if (!/^\d{0,5}$/.test(text)) throw badUrl("the database is no number");
  return Number(text);
}

function whoAsks({ username, password }: URL): Pick<RedisOptions, "username" | "password"> {
  return {
    ...(username === "" ? {} : { username: decoded(username) }),
    ...(password === "" ? {} : { password: decoded(password) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl("a % in it begins no character: write %25");
  }
}

// The URL itself is not shown: it may hold a password.
function badUrl(why: string, form = "redis://user:password@host:6379/0"): SagaError {
  return new SagaError("RT1009", `the Redis URL cannot be used: ${why}. Use ${form}.`);
}

const SENTINEL_FORM = "redis+sentinel://user:password@host:26379,host:26379/name/0";
