import type { RedisOptions } from "ioredis";
import type { PoolConfig } from "pg";
import { checkCount, checkOptions, shown, unfit } from "../arguments.ts";
import { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { MemoryStore } from "./memory/memory-store.ts";
import type { Store } from "./store.ts";
import type { StoreWarning } from "./warning.ts";

export interface OpenStoreOptions {
  /** Shares per saga@version, 1 to 4096; fixed when the store is first used. Default: what the store has, 8 for a new one. */
  readonly partitions?: number;
  /** Virtual time for tests and simulation; without it the store's own clock is used. */
  readonly clock?: Clock;
  /** Redis: begins every key, so that several systems can share a server. Default: `saga`. */
  readonly prefix?: string;
  /** Postgres: the schema that holds saga's tables, made where it is missing. Default: `saga`. */
  readonly schema?: string;
  /** Postgres: connections at most, beside one for hints. Default: 10. */
  readonly connections?: number;
  /** Redis, Postgres: how long a call may take before it counts as lost. ms, default 5,000. */
  readonly commandTimeoutMs?: number;
  /** Redis: use a server that drops data when memory is short. For caches of tests; a warning instead of RT2005. */
  readonly allowEviction?: boolean;
  /**
   * Redis: nothing counts before so many replicas have it, neither a write nor what is read, so that a fail-over to any of them loses nothing. One
   * that they do not confirm is unknown. RT2010 where the server has fewer, and for other stores.
   */
  readonly strict?: { readonly replicas: number };
  /** What is dangerous but not refused. Default: a warning of the Node process. */
  readonly onWarning?: (warning: StoreWarning) => void;
  /** Redis: options of ioredis, laid over those of the store (TLS, sentinels …). Those on resending are not safe to change. */
  readonly redis?: RedisOptions;
  /** Postgres: options of `pg`, laid over those of the store (TLS, a password that changes …). Those on time-outs bound what a lost answer means. */
  readonly postgres?: PoolConfig;
}

export const DEFAULT_PARTITIONS = 8;

const FORMS =
  "memory:, sqlite:./saga.db, sqlite::memory:, redis://localhost:6379/0, rediss://… (TLS), redis+sentinel://host:26379,host:26379/name or postgres://localhost:5432/database";

/**
 * Opens the store that `url` names. Rejects with RT1009 (no such form), RT2001 (not reachable), RT2004 (written by another format),
 * RT1017 (no such option), RT1019 (an option that is none of its kind), RT2005 (the server would evict), RT2006 (other number of partitions), RT2010 (`strict` cannot be had).
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<Store> {
  checkOptions("openStore", options, Object.keys(OPTIONS));
  checkValues(options);
  const { clock } = options;
  const partitions = checkedPartitions(options.partitions);
  if (typeof url !== "string") {
    throw new SagaError(
      "RT1009",
      `a store is named by a text, not by ${shown(url)}: is the variable set that it comes from? Use ${FORMS}.`,
    );
  }
  const redis = /^rediss?(\+sentinel)?:\/\//.test(url);
  checkStrict(options.strict, redis);
  if (url === "memory:") return new MemoryStore({ partitions: partitions ?? DEFAULT_PARTITIONS, clock });
  // Loaded only when asked for: who runs on Redis needs no node:sqlite, and the other way round.
  if (url.startsWith("sqlite:")) {
    // `sqlite:///var/saga.db` is how many other tools write an absolute path.
    const path = url.slice("sqlite:".length).replace(/^\/\//, "");
    if (path === "") throw badUrl(url, "the path of the file is missing");
    if (path.includes("\0")) throw badUrl(url, "a path holds no U+0000");
    if (/\?[\w-]+=[^/]*$/.test(path)) throw badUrl(url, "it has options after the path; hand them to openStore()");
    const { SqliteStore } = await import("./sqlite/sqlite-store.ts");
    return await SqliteStore.open({ path, partitions, defaultPartitions: DEFAULT_PARTITIONS, clock });
  }
  if (redis) {
    const { RedisStore } = await import("./redis/redis-store.ts");
    return await RedisStore.open({
      url,
      partitions,
      defaultPartitions: DEFAULT_PARTITIONS,
      clock,
      prefix: options.prefix ?? "saga",
      commandTimeoutMs: options.commandTimeoutMs ?? 5000,
      allowEviction: options.allowEviction ?? false,
      strictReplicas: options.strict?.replicas ?? 0,
      warn: options.onWarning ?? processWarning,
      redis: options.redis,
    });
  }
  if (url.startsWith("postgres://") || url.startsWith("postgresql://")) {
    const { PostgresStore } = await import("./postgres/postgres-store.ts");
    return await PostgresStore.open({
      url,
      partitions,
      defaultPartitions: DEFAULT_PARTITIONS,
      clock,
      schema: options.schema ?? "saga",
      connections: options.connections ?? 10,
      commandTimeoutMs: options.commandTimeoutMs ?? 5000,
      warn: options.onWarning ?? processWarning,
      postgres: options.postgres,
    });
  }
  throw badUrl(url, "no store is called so");
}

const OPTIONS = {
  partitions: true,
  clock: true,
  prefix: true,
  schema: true,
  connections: true,
  commandTimeoutMs: true,
  allowEviction: true,
  strict: true,
  onWarning: true,
  redis: true,
  postgres: true,
} satisfies Record<keyof OpenStoreOptions, true>;

/** Some of them reach a timer of the client library, whose error nobody would catch. */
function checkValues({ commandTimeoutMs, connections, onWarning }: OpenStoreOptions): void {
  if (commandTimeoutMs !== undefined) checkCount("openStore", "commandTimeoutMs", commandTimeoutMs, 1, TIMER_MAX_MS);
  if (connections !== undefined) checkCount("openStore", "connections", connections, 1, CONNECTIONS_MAX);
  if (onWarning !== undefined && typeof onWarning !== "function")
    throw unfit("openStore", "`onWarning` as a function", onWarning);
}

/** What `setTimeout` can hold. */
const TIMER_MAX_MS = 2_147_483_647;
const CONNECTIONS_MAX = 10_000;

function checkedPartitions(partitions: number | undefined): number | null {
  if (partitions === undefined) return null;
  if (Number.isSafeInteger(partitions) && partitions >= 1 && partitions <= 4096) return partitions;
  throw new SagaError("RT2006", `a store has 1 to 4096 partitions per saga and version, not ${partitions}.`);
}

function checkStrict(strict: OpenStoreOptions["strict"], redis: boolean): void {
  if (strict === undefined) return;
  if (!redis) {
    throw new SagaError(
      "RT2010",
      "strict is for Redis: what SQLite has acknowledged is on the disk, and what Postgres waits for is set there (synchronous_standby_names). Leave it out.",
    );
  }
  if (!Number.isSafeInteger(strict.replicas) || strict.replicas < 1) {
    throw new SagaError("RT2010", `strict needs a whole number of replicas from 1, not ${strict.replicas}.`);
  }
}

function badUrl(url: string, why: string): SagaError {
  // Where there is a password, it stands before an @.
  const shown = JSON.stringify(url.replace(/^([A-Za-z+]*:)?(\/\/)?.*@/s, "$1$2…@"));
  return new SagaError("RT1009", `${shown} cannot be opened: ${why}. Use ${FORMS}.`);
}

function processWarning(warning: StoreWarning): void {
  process.emitWarning(warning.message, { type: "SagaWarning", code: warning.code });
}
