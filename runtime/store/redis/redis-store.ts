import { randomUUID } from "node:crypto";
import type { RedisOptions } from "ioredis";
import { SagaError } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import {
  checkCursor,
  checkLeaseCall,
  checkLeases,
  checkLimit,
  checkPage,
  checkPartition,
  checkParts,
  checkRetention,
  checkSaga,
  closedError,
} from "../edge.ts";
import { commitHints, Hints } from "../hints.ts";
import { HISTORY_BYTES } from "../history.ts";
import { decodeId, encodeId, partitionKey, sagaKey } from "../partition.ts";
import type {
  AppendResult,
  Attendance,
  Command,
  CommandResult,
  CommitPart,
  CommitResult,
  DueTimers,
  Hint,
  Lease,
  LeaseRequest,
  ListedSaga,
  Occupied,
  Partition,
  PendingCommand,
  Place,
  Removal,
  Retention,
  SagaVersion,
  Search,
  SearchPage,
  Store,
  StoredChild,
  StoredRecord,
  StoredSaga,
  Transaction,
} from "../store.ts";
import { SAGA_STATUSES } from "../store.ts";
import type { StoreWarning } from "../warning.ts";
import { Commands } from "./commands.ts";
import type { CommitCall } from "./commit-call.ts";
import { commitArguments, commitCalls } from "./commit-call.ts";
import { RedisConnection } from "./connection.ts";
import { unexpectedReply } from "./errors.ts";
import { type Claimed, preparePlace } from "./format.ts";
import { ForeignHints } from "./hints.ts";
import { Listing } from "./listing.ts";
import { Owners } from "./owners.ts";
import { removeOver } from "./removal.ts";
import { conditionsOf, int, list, text, word } from "./replies.ts";
import { sagaOf } from "./saga.ts";
import type { Scripts } from "./scripts.ts";
import { loadScripts } from "./scripts.ts";
import { checkServer } from "./server.ts";
import { settleAll } from "./settle.ts";
import { parseRedisUrl } from "./url.ts";

export interface RedisStoreOptions {
  readonly url: string;
  /** `null`: what is there already. */
  readonly partitions: number | null;
  readonly defaultPartitions: number;
  readonly clock?: Clock;
  /** Begins every key. Letters, digits and `_ . : -`. */
  readonly prefix: string;
  readonly commandTimeoutMs: number;
  readonly allowEviction: boolean;
  /** How many replicas have to have it before anything counts; 0: none. */
  readonly strictReplicas: number;
  readonly warn: (warning: StoreWarning) => void;
  readonly redis?: RedisOptions;
  /** For tests; left out: unless the server is a part of a cluster. */
  readonly startsInOneStep?: boolean;
}

/** Redis 6.2 or newer (tested on 7.0). The keys are told in `lib.lua`. */
export class RedisStore implements Store {
  readonly kind = "redis";
  readonly smallSnapshotChars = 1_024;
  readonly partitions: number;
  readonly #connection: RedisConnection;
  readonly #scripts: Scripts;
  readonly #prefix: string;
  readonly #clock: Clock | undefined;
  readonly #origin = randomUUID();
  readonly #hints = new Hints();
  readonly #owners: Owners;
  readonly #listing: Listing;
  readonly #commands: Commands;
  readonly #foreign: ForeignHints;
  #closed = false;

  private constructor(
    connection: RedisConnection,
    scripts: Scripts,
    { partitions, place }: Claimed,
    options: RedisStoreOptions & { readonly startsInOneStep: boolean; readonly tellsPolicy: boolean },
  ) {
    this.#connection = connection;
    this.#scripts = scripts;
    this.partitions = partitions;
    this.#prefix = options.prefix;
    this.#clock = options.clock;
    this.#owners = new Owners({
      connection,
      scripts,
      partitions,
      place,
      root: (name) => this.#root(name),
      time: () => this.#time(),
      refusesEviction: options.tellsPolicy && !options.allowEviction,
    });
    this.#commands = new Commands({
      connection,
      scripts,
      partitions,
      root: (name) => this.#root(name),
      register: (saga) => this.#owners.register(saga),
      emit: (hint) => this.#hints.emit(hint),
      channel: this.#channel(),
      origin: this.#origin,
      time: () => this.#time(),
      startsInOneStep: options.startsInOneStep,
    });
    this.#listing = new Listing({ connection, scripts, owners: this.#owners, root: (name) => this.#root(name) });
    this.#foreign = new ForeignHints(connection, this.#channel(), this.#origin, (hint) => this.#hints.emit(hint), options.warn);
  }

  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    if (!/^[A-Za-z0-9_.:-]{1,100}$/.test(options.prefix)) {
      throw new SagaError("RT1009", `the prefix ${JSON.stringify(options.prefix)} has other letters than A-Z a-z 0-9 _ . : -`);
    }
    const server = parseRedisUrl(options.url);
    const scripts = await loadScripts();
    const connection = await RedisConnection.open({ ...options, server });
    try {
      const { cluster, tellsPolicy } = await checkServer(connection, options);
      connection.confirmBy(options.strictReplicas);
      const claimed = await preparePlace(connection, scripts, options);
      const startsInOneStep = options.startsInOneStep ?? !cluster;
      return new RedisStore(connection, scripts, claimed, { ...options, startsInOneStep, tellsPolicy });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async now(): Promise<number> {
    if (this.#closed) throw closedError(this.kind);
    if (this.#clock !== undefined) return this.#clock.now();
    const [seconds, micros] = list(await this.#connection.ask("TIME"), "TIME");
    return int(seconds, "TIME") * 1000 + Math.floor(int(micros, "TIME") / 1000);
  }

  async lease(requests: readonly LeaseRequest[], owner: string, ttlMs: number): Promise<(Lease | null)[]> {
    checkLeaseCall(requests, owner, ttlMs, this.partitions);
    return await settleAll(
      requests.map(async ({ partition, epoch }): Promise<Lease | null> => {
        const call = { ...this.#time(), owner, ttl: ttlMs, ...(epoch === null ? {} : { epoch }) };
        const root = this.#root(partitionKey(partition));
        const reply = list(await this.#connection.write(this.#scripts.lease, root, call, []), root);
        if (reply.length === 0) return null;
        await this.#owners.register(partition);
        return { partition, owner, epoch: int(reply[0], root), expiresAtMs: int(reply[1], root), server: text(reply[2], root) };
      }),
    );
  }

  async release(leases: readonly Lease[]): Promise<void> {
    checkLeases(leases, this.partitions);
    await settleAll(
      leases.map(async ({ partition, owner, epoch }) => {
        const key = partitionKey(partition);
        const call = { ...this.#time(), ...this.#hintFields(key), owner, epoch };
        const given = await this.#connection.write(this.#scripts.release, this.#root(key), call, []);
        if (given === 1) this.#hints.emit({ partition: key, sagaId: null, what: "released" });
      }),
    );
  }

  async attend(worker: Attendance, ttlMs: number): Promise<Attendance[]> {
    return await this.#owners.attend(worker, ttlMs);
  }

  async occupied(of: readonly SagaVersion[] | null): Promise<Occupied[]> {
    return await this.#owners.occupied(of);
  }

  async append(partition: Partition, command: Command, transaction?: Transaction): Promise<AppendResult> {
    if (this.#closed) throw closedError(this.kind);
    return await this.#commands.append(partition, command, transaction);
  }

  async pending(partition: Partition, limit: number, bytes?: number, setAside?: readonly string[]): Promise<PendingCommand[]> {
    return await this.#commands.pending(partition, limit, bytes, setAside);
  }

  async commit(parts: readonly CommitPart[]): Promise<CommitResult[]> {
    checkParts(parts, this.partitions);
    const results: CommitResult[] = parts.map(() => ({ status: "fenced" }));
    await settleAll(commitCalls(parts).map((call) => this.#commitCall(call, parts, results)));
    for (const hint of commitHints(parts, results)) this.#hints.emit(hint);
    return results;
  }

  async load(partition: Partition, sagaId: string): Promise<StoredSaga | null> {
    checkSaga(partition, sagaId, this.partitions);
    const key = `${this.#root(partitionKey(partition))}:saga:${encodeId(sagaId)}`;
    return sagaOf(sagaId, list(await this.#connection.ask("HGETALL", key), key), key);
  }

  async active(partition: Partition, cursor: string | null, limit: number): Promise<{ ids: string[]; cursor: string | null }> {
    checkPartition(partition, this.partitions);
    checkCursor(cursor, limit);
    const key = `${this.#root(partitionKey(partition))}:active`;
    const from = cursor === null ? "-" : `(${encodeId(cursor)}`;
    const found = list(await this.#connection.ask("ZRANGEBYLEX", key, from, "+", "LIMIT", 0, limit + 1), key);
    const ids = found.slice(0, limit).map((id) => decodeId(text(id, key)));
    return { ids, cursor: found.length > limit ? (ids.at(-1) ?? null) : null };
  }

  async children(
    partition: Partition,
    rootId: string,
    cursor: string | null,
    limit: number,
  ): Promise<{ children: StoredChild[]; cursor: string | null }> {
    checkSaga(partition, rootId, this.partitions);
    checkCursor(cursor, limit);
    const key = this.#root(partitionKey(partition));
    const call = { root: encodeId(rootId), from: cursor === null ? "-" : `(${encodeId(cursor)}`, limit: limit + 1 };
    const found = list(await this.#connection.read(this.#scripts.children, key, call), key);
    const children = found.slice(0, limit).map((reply): StoredChild => {
      const [id, status, conditions] = list(reply, key);
      return {
        sagaId: decodeId(text(id, key)),
        status: word(status, SAGA_STATUSES, key),
        conditions: conditionsOf(text(conditions, key)),
      };
    });
    return { children, cursor: found.length > limit ? (children.at(-1)?.sagaId ?? null) : null };
  }

  async list(search: Search, page: SearchPage): Promise<{ sagas: ListedSaga[]; next: Place | null }> {
    return await this.#listing.list(search, page);
  }

  async count(search: Search): Promise<number> {
    return await this.#listing.count(search);
  }

  async sagas(): Promise<SagaVersion[]> {
    return (await this.#owners.sagas()).sort((a, b) => (sagaKey(a) < sagaKey(b) ? -1 : 1));
  }

  async remove(partition: Partition, { keepMs, rememberMs }: Retention, limit: number): Promise<Removal> {
    checkPartition(partition, this.partitions);
    checkRetention({ keepMs, rememberMs }, limit);
    const root = this.#root(partitionKey(partition));
    const call = { ...this.#time(), keep: keepMs, remember: rememberMs };
    return await removeOver(
      {
        remove: (rows, forget) => this.#connection.write(this.#scripts.remove, root, { ...call, limit: rows, forget }, []),
        free: (roots) => this.#commands.starts.free(partition, roots),
      },
      root,
      limit,
    );
  }

  async due(partition: Partition, limit: number): Promise<DueTimers> {
    checkPartition(partition, this.partitions);
    checkLimit(limit);
    const root = this.#root(partitionKey(partition));
    const [now, next, ...timers] = list(await this.#connection.read(this.#scripts.due, root, { ...this.#time(), limit }), root);
    const due: { sagaId: string; key: string; dueAtMs: number }[] = [];
    for (let index = 0; index < timers.length; index += 2) {
      const [saga, key] = text(timers[index], root).split(" ", 2);
      if (saga === undefined || key === undefined) throw unexpectedReply(root, timers[index]);
      due.push({ sagaId: decodeId(saga), key: decodeId(key), dueAtMs: int(timers[index + 1], root) });
    }
    return { due, nextDueAtMs: next === "" ? null : int(next, root), nowMs: int(now, root) };
  }

  async history(partition: Partition, sagaId: string, after: number, limit: number, bytes?: number): Promise<StoredRecord[]> {
    checkSaga(partition, sagaId, this.partitions);
    checkPage(after, limit);
    const key = this.#root(partitionKey(partition));
    const call = { saga: encodeId(sagaId), after, limit, bytes: bytes ?? HISTORY_BYTES };
    const items = list(await this.#connection.read(this.#scripts.history, key, call), key);
    return items.map((item, index) => {
      const line = text(item, key);
      const space = line.indexOf(" ");
      return { number: after + index + 1, atMs: int(line.slice(0, space), key), record: line.slice(space + 1) };
    });
  }

  async commandResult(partition: Partition, commandId: string): Promise<CommandResult | null> {
    return await this.#commands.result(partition, commandId);
  }

  watch(listener: (hint: Hint) => void): () => void {
    const end = this.#hints.add(listener);
    if (!this.#closed) this.#foreign.start();
    return () => {
      end();
      if (this.#hints.size === 0) void this.#foreign.stop();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#hints.clear();
    await Promise.all([this.#foreign.stop(), this.#commands.settled().then(() => this.#connection.close())]);
  }

  async #commitCall(call: CommitCall, parts: readonly CommitPart[], results: CommitResult[]): Promise<void> {
    const root = this.#root(call.partition);
    const args = commitArguments(call, this.#time().now, this.#channel(), this.#origin);
    const [now, ...replies] = list(await this.#connection.run(this.#scripts.commit, [root], args), root);
    // Fenced: there is no answer, and the results say so already.
    if (now === undefined) return;
    const atMs = int(now, root);
    for (const [position, index] of call.indexes.entries()) {
      const reply = replies[position] ?? "";
      if (reply === "") {
        results[index] = { status: "committed", version: (parts[index]?.expectedVersion ?? 0) + 1, atMs };
      } else {
        const [version, commitId] = list(reply, root);
        const commit = typeof commitId === "string" && commitId !== "" ? decodeId(commitId) : null;
        results[index] = { status: "conflict", version: int(version, root), commitId: commit };
      }
    }
  }

  /** The braces are a hash tag: all keys of a partition lie in one slot. Nothing in between can hold a brace. */
  #root(partition: string): string {
    return `{${this.#prefix}:${partition}}`;
  }

  #channel(): string {
    return `${this.#prefix}:hints`;
  }

  #time(): { now?: number } {
    return this.#clock === undefined ? {} : { now: this.#clock.now() };
  }

  #hintFields(partition: string): object {
    return { partition, channel: this.#channel(), origin: this.#origin };
  }
}
