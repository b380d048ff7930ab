import type { ChainableCommander, Redis } from "ioredis";
import { SagaError } from "../../errors.ts";
import { encodeId } from "../../store/partition.ts";
import { evicting, evictionPolicy, evicts } from "../../store/redis/eviction.ts";
import { checkScope, type Fence, fenceBy, type Outcome } from "../fence.ts";
import { type FenceRecord, parseRecord, recordText } from "../record.ts";

/** What an effect is handed: it reads by `redis` (and may `watch` what it read), and what it adds to `multi` is done with the record, or not at all. */
export interface RedisAccess {
  readonly redis: Redis;
  readonly multi: ChainableCommander;
}

export interface RedisFenceOptions {
  /** Of the service's own data. Connections of the fence's own are made like it. */
  readonly redis: Redis;
  /** Names the service, where several share a server. 1 to 255 bytes. */
  readonly scope: string;
  /** Begins every key. In a cluster with the hash tag of the data that effects change: `{payments}:fence`. Default: `saga-fence`. */
  readonly prefix?: string;
  /** Use a server that drops keys when memory is short: what it drops of the fence may take effect again. For tests. Default: RT2005. */
  readonly allowEviction?: boolean;
}

export interface RedisFence extends Fence<RedisAccess> {
  /** Ends the fence's own connections. */
  close(): void;
}

/** How often a call whose record, or whatever its effect watched, changed meanwhile is decided anew. */
const RUNS_MAX = 100;

/**
 * A fence in a service's own Redis. Its commands, in this order, on a connection of their own:
 *
 * 1. `WATCH` the record
 * 2. `GET` it
 * 3. the effect reads, and adds its commands, unless the record says otherwise
 * 4. `MULTI`, the commands, `SET` the record with its time to live, `EXEC`
 *
 * Nothing is held: whoever comes second to `EXEC` finds the record changed, and decides anew from 1. A declared error sends nothing of its
 * effect, then does 1, 2, 4 once more for the error. No command is sent twice by the client; a lost answer of `EXEC` is an unknown outcome, and
 * the next delivery finds the record.
 */
export function redisFence(options: RedisFenceOptions): RedisFence {
  const { redis, scope: name, prefix = "saga-fence", allowEviction = false } = options;
  const scope = encodeId(checkScope(name));
  const idle: Redis[] = [];
  const all = new Set<Redis>();

  async function connection(): Promise<Redis> {
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) if (found.status === "ready") return found;
    const made = redis.duplicate({
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      lazyConnect: true,
      // A connection that broke has lost what it watched: it is of no more use.
      retryStrategy: () => null,
    });
    made.on("error", () => undefined);
    made.once("end", () => all.delete(made));
    all.add(made);
    await made.connect();
    if (!allowEviction) await refuseEviction(made, name);
    return made;
  }

  async function locked<T>(
    key: string,
    keepForMs: number,
    run: (record: FenceRecord | null, access: RedisAccess) => Promise<Outcome<T>>,
  ): Promise<T> {
    const place = `${prefix}:${scope}:${encodeId(key)}`;
    const own = await connection();
    try {
      for (let round = 1; round <= RUNS_MAX; round++) {
        await own.watch(place);
        const record = parseRecord(await own.get(place), key);
        const multi = own.multi();
        const exec = multi.exec.bind(multi);
        const { write, value } = await run(record, { redis: own, multi: onlyAdded(multi, key) });
        if (write === null) {
          await own.unwatch();
          return value;
        }
        multi.set(place, recordText(write), "PX", Math.max(1, Math.ceil(keepForMs)));
        const results = await exec();
        if (results === null) continue;
        const failed = results.find(([error]) => error !== null)?.[0];
        if (failed === undefined || failed === null) return value;
        throw new SagaError(
          "RT5003",
          `a command in the effect of ${key} failed (${failed.message}), and Redis rolls nothing back: the others were done. Look at the data.`,
        );
      }
      throw new SagaError(
        "RT2008",
        `${key} was changed by others ${RUNS_MAX} times while it was decided. Nothing was done; try again.`,
      );
    } catch (error) {
      if (own.status === "ready") await own.unwatch().catch(() => undefined);
      throw error;
    } finally {
      if (own.status === "ready") idle.push(own);
      else own.disconnect();
    }
  }

  return {
    ...fenceBy(locked),
    close() {
      for (const each of all) each.disconnect();
      idle.length = 0;
    },
  };
}

/** Records have a time to live, and are what goes first where keys are dropped. */
async function refuseEviction(redis: Redis, scope: string): Promise<void> {
  const policy = await evictionPolicy((command, ...args) => redis.call(command, ...args)).catch((error: unknown) => {
    redis.disconnect();
    throw error;
  });
  if (!evicts(policy)) return;
  redis.disconnect();
  throw evicting(
    `the Redis of the fence ${scope} has maxmemory-policy ${policy}: when memory is short it drops the fence's records, and what they stand for takes effect again. Nothing was done`,
  );
}

/** What an effect adds its commands to; when they are carried out, and that they are, is the fence's. */
function onlyAdded(multi: ChainableCommander, key: string): ChainableCommander {
  const refuse = (): never => {
    throw new SagaError(
      "RT5003",
      `the effect of ${key} ends the fence's own MULTI: add commands to it, and leave EXEC to the fence.`,
    );
  };
  return Object.assign(multi, { exec: refuse, execBuffer: refuse, discard: refuse });
}
