import type { Clock } from "../../ports/clock.ts";
import { systemClock } from "../../ports/clock.ts";
import {
  checkAttendance,
  checkCommand,
  checkCursor,
  checkLeaseCall,
  checkLeases,
  checkLimit,
  checkPage,
  checkPartition,
  checkParts,
  checkRetention,
  checkSaga,
  checkSagaVersion,
  closedError,
  occupiedOf,
  refuseTransaction,
  storedKind,
} from "../edge.ts";
import { commandHint, commitHints, Hints } from "../hints.ts";
import { HISTORY_BYTES } from "../history.ts";
import { checkSearch, countByPages, isByStatus } from "../listing.ts";
import { checkId, decodeId, encodeId, partitionKey, partitionNamed, rootOf, sagaKey, sagaNamed } from "../partition.ts";
import { PENDING_BYTES } from "../pending.ts";
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
  StoredSnapshot,
  Transaction,
} from "../store.ts";
import { SAGA_STATUSES } from "../store.ts";
import { commitParts, startElsewhere } from "./commit.ts";
import { SqliteConnection } from "./connection.ts";
import { countSagas, listSagas } from "./listing.ts";
import { removeOver } from "./remove.ts";
import { conditionsOf, int, type Row, text, textOrNull, word } from "./rows.ts";
import { ForeignChanges } from "./watch.ts";

export interface SqliteStoreOptions {
  /** `:memory:` or a file. */
  readonly path: string;
  /** `null`: what the file has. */
  readonly partitions: number | null;
  readonly defaultPartitions: number;
  readonly clock?: Clock;
  /** How long a locked file is tried again before a call fails with RT2008. Default: 10 s. */
  readonly busyTimeoutMs?: number;
}

const RESULTS = ["applied", "refused"] as const;

/** The embedded default: one file, no server. Several processes of one machine may use the file at once. */
export class SqliteStore implements Store {
  readonly kind = "sqlite";
  readonly smallSnapshotChars = 4_096;
  readonly partitions: number;
  readonly #connection: SqliteConnection;
  readonly #clock: Clock;
  readonly #hints = new Hints();
  readonly #foreign: ForeignChanges;
  #closed = false;

  private constructor(connection: SqliteConnection, clock: Clock) {
    this.#connection = connection;
    this.partitions = connection.partitions;
    this.#clock = clock;
    this.#foreign = new ForeignChanges(connection, (hint) => this.#hints.emit(hint));
  }

  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const connection = await SqliteConnection.open({ ...options, busyTimeoutMs: options.busyTimeoutMs ?? 10_000 });
    return new SqliteStore(connection, options.clock ?? systemClock);
  }

  async now(): Promise<number> {
    if (this.#closed) throw closedError(this.kind);
    return this.#clock.now();
  }

  async lease(requests: readonly LeaseRequest[], owner: string, ttlMs: number): Promise<(Lease | null)[]> {
    checkLeaseCall(requests, owner, ttlMs, this.partitions);
    return await this.#connection.write(requests.length, (sql) => {
      const nowMs = this.#clock.now();
      return requests.map(({ partition, epoch }): Lease | null => {
        const key = partitionKey(partition);
        const row = sql.getLease.get(key);
        const holder = row === undefined ? null : textOrNull(row, "owner");
        const heldEpoch = row === undefined ? 0 : int(row, "epoch");
        if (epoch === null) {
          if (row !== undefined && holder !== null && holder !== owner && int(row, "expires_at_ms") > nowMs) return null;
        } else if (holder !== owner || heldEpoch !== epoch) return null;
        const lease = { partition, owner, epoch: epoch ?? heldEpoch + 1, expiresAtMs: nowMs + ttlMs };
        sql.putLease.run(key, owner, lease.epoch, lease.expiresAtMs);
        return lease;
      });
    });
  }

  async release(leases: readonly Lease[]): Promise<void> {
    checkLeases(leases, this.partitions);
    const released = await this.#connection.write(leases.length, (sql) => {
      const nowMs = this.#clock.now();
      return leases.flatMap(({ partition, owner, epoch }) => {
        const key = partitionKey(partition);
        if (Number(sql.releaseLease.run(nowMs, key, owner, epoch).changes) === 0) return [];
        // Other processes hear of it as of a commit.
        sql.countChange.run(key);
        return [key];
      });
    });
    for (const partition of released) this.#hints.emit({ partition, sagaId: null, what: "released" });
  }

  async attend(worker: Attendance, ttlMs: number): Promise<Attendance[]> {
    checkAttendance(worker, ttlMs);
    const serves = JSON.stringify(worker.serves.map(sagaKey));
    return await this.#connection.write(1, (sql) => {
      const nowMs = this.#clock.now();
      sql.dropWorkers.run(worker.owner, nowMs);
      if (ttlMs > 0) sql.putWorker.run(worker.owner, serves, nowMs + ttlMs);
      return sql.workers.all().map((row) => ({
        owner: text(row, "owner"),
        serves: (JSON.parse(text(row, "serves")) as string[]).map(sagaNamed),
      }));
    });
  }

  async occupied(of: readonly SagaVersion[] | null): Promise<Occupied[]> {
    for (const saga of of ?? []) checkSagaVersion(saga);
    const wanted = of === null ? null : new Set(of.map(sagaKey));
    return await this.#connection.read((sql) => {
      const nowMs = this.#clock.now();
      return sql.occupied.all().flatMap((row): Occupied[] => {
        const partition = partitionNamed(text(row, "partition"));
        if (wanted?.has(sagaKey(partition)) === false) return [];
        const lease = { owner: textOrNull(row, "owner"), expiresAtMs: int(row, "expires_at_ms") };
        return [occupiedOf(partition, lease, int(row, "live") === 1 ? null : int(row, "accepted_at_ms"), nowMs)];
      });
    });
  }

  async append(partition: Partition, command: Command, transaction?: Transaction): Promise<AppendResult> {
    refuseTransaction(this.kind, transaction);
    checkCommand(partition, command, this.partitions);
    const key = partitionKey(partition);
    const id = encodeId(command.id);
    const result = await this.#connection.write(1, (sql): AppendResult => {
      const elsewhere = command.kind === "start" ? startElsewhere(sql, partition, id) : null;
      if (elsewhere !== null) return elsewhere;
      const there = sql.getCommand.get(key, id);
      if (there !== undefined)
        return { status: "duplicate", kind: storedKind(text(there, "kind")), payload: text(there, "payload") };
      if (command.kind !== "start") {
        const root = encodeId(rootOf(command.sagaId));
        if (sql.isThere.get(key, root, key, root) === undefined) return { status: "absent" };
      }
      sql.addCommand.run(key, id, encodeId(command.sagaId), command.kind, command.payload, this.#clock.now());
      return { status: "appended" };
    });
    if (result.status === "appended") this.#hints.emit(commandHint(key, command.sagaId, command.kind));
    return result;
  }

  async pending(
    partition: Partition,
    limit: number,
    bytes = PENDING_BYTES,
    setAside: readonly string[] = [],
  ): Promise<PendingCommand[]> {
    checkPartition(partition, this.partitions);
    checkLimit(limit);
    return await this.#connection.read((sql) => {
      const oldest: PendingCommand[] = [];
      let left = bytes;
      const key = partitionKey(partition);
      const rows =
        setAside.length === 0
          ? sql.pending.iterate(key, limit)
          : sql.pendingWithout.iterate(key, JSON.stringify(setAside.map(encodeId)), limit);
      for (const row of rows) {
        const payload = text(row, "payload");
        oldest.push({
          id: decodeId(text(row, "id")),
          sagaId: decodeId(text(row, "saga_id")),
          kind: storedKind(text(row, "kind")),
          payload,
          position: String(int(row, "position")),
          acceptedAtMs: int(row, "accepted_at_ms"),
        });
        left -= Buffer.byteLength(payload);
        if (left <= 0) break;
      }
      return oldest;
    });
  }

  async commit(parts: readonly CommitPart[]): Promise<CommitResult[]> {
    checkParts(parts, this.partitions);
    const results = await this.#connection.write(parts.length, (sql) => commitParts(sql, parts, this.#clock.now()));
    for (const hint of commitHints(parts, results)) this.#hints.emit(hint);
    return results;
  }

  async load(partition: Partition, sagaId: string): Promise<StoredSaga | null> {
    checkSaga(partition, sagaId, this.partitions);
    return await this.#connection.read((sql) => {
      const [row, ...texts] = sql.load.all(partitionKey(partition), encodeId(sagaId));
      if (row === undefined) return null;
      const timers = JSON.parse(text(row, "timers")) as [string, number][];
      return {
        sagaId,
        version: int(row, "version"),
        commitId: text(row, "commit_id"),
        snapshot: snapshotOf(row, texts),
        status: word(row, "status", SAGA_STATUSES),
        conditions: conditionsOf(row),
        removed: int(row, "removed") > 0,
        createdAtMs: int(row, "created_at_ms"),
        updatedAtMs: int(row, "updated_at_ms"),
        timers: timers.map(([key, dueAtMs]) => ({ key: decodeId(key), dueAtMs })),
      };
    });
  }

  async active(partition: Partition, cursor: string | null, limit: number): Promise<{ ids: string[]; cursor: string | null }> {
    checkPartition(partition, this.partitions);
    checkCursor(cursor, limit);
    return await this.#connection.read((sql) => {
      const rows = sql.active.all(partitionKey(partition), cursor === null ? "" : encodeId(cursor), limit + 1);
      const ids = rows.slice(0, limit).map((row) => decodeId(text(row, "saga_id")));
      return { ids, cursor: rows.length > limit ? (ids.at(-1) ?? null) : null };
    });
  }

  async children(
    partition: Partition,
    rootId: string,
    cursor: string | null,
    limit: number,
  ): Promise<{ children: StoredChild[]; cursor: string | null }> {
    checkSaga(partition, rootId, this.partitions);
    checkCursor(cursor, limit);
    return await this.#connection.read((sql) => {
      const after = cursor === null ? "" : encodeId(cursor);
      const rows = sql.children.all(partitionKey(partition), encodeId(rootId), after, limit + 1);
      const children = rows.slice(0, limit).map((row) => ({
        sagaId: decodeId(text(row, "saga_id")),
        status: word(row, "status", SAGA_STATUSES),
        conditions: conditionsOf(row),
      }));
      return { children, cursor: rows.length > limit ? (children.at(-1)?.sagaId ?? null) : null };
    });
  }

  async list(search: Search, page: SearchPage): Promise<{ sagas: ListedSaga[]; next: Place | null }> {
    checkSearch(search, page);
    return await this.#connection.view((sql) => listSagas(sql, search, page));
  }

  async count(search: Search): Promise<number> {
    checkSearch(search);
    if (!isByStatus(search)) return await countByPages(search, (asked, page) => this.list(asked, page));
    return await this.#connection.view((sql) => countSagas(sql, search));
  }

  async sagas(): Promise<SagaVersion[]> {
    return await this.#connection.read((sql) => sql.everySaga.all().map((row) => sagaNamed(text(row, "name"))));
  }

  async remove(partition: Partition, retention: Retention, limit: number): Promise<Removal> {
    checkPartition(partition, this.partitions);
    checkRetention(retention, limit);
    const key = partitionKey(partition);
    return await this.#connection.write(limit, (sql) => removeOver(sql, key, retention, limit, this.#clock.now()));
  }

  async due(partition: Partition, limit: number): Promise<DueTimers> {
    checkPartition(partition, this.partitions);
    checkLimit(limit);
    return await this.#connection.read((sql) => {
      const nowMs = this.#clock.now();
      const timers = sql.due.all(partitionKey(partition), limit + 1).map((row) => ({
        sagaId: decodeId(text(row, "saga_id")),
        key: decodeId(text(row, "key")),
        dueAtMs: int(row, "due_at_ms"),
      }));
      const due = timers.slice(0, limit).filter((timer) => timer.dueAtMs <= nowMs);
      return { due, nextDueAtMs: timers[due.length]?.dueAtMs ?? null, nowMs };
    });
  }

  async history(partition: Partition, sagaId: string, after: number, limit: number, bytes?: number): Promise<StoredRecord[]> {
    checkSaga(partition, sagaId, this.partitions);
    checkPage(after, limit);
    return await this.#connection.read((sql) => {
      const records: StoredRecord[] = [];
      let left = bytes ?? HISTORY_BYTES;
      for (const row of sql.history.iterate(partitionKey(partition), encodeId(sagaId), after, limit)) {
        const record = text(row, "text");
        records.push({ number: int(row, "number"), atMs: int(row, "at_ms"), record });
        left -= Buffer.byteLength(record);
        if (left <= 0) break;
      }
      return records;
    });
  }

  async commandResult(partition: Partition, commandId: string): Promise<CommandResult | null> {
    checkPartition(partition, this.partitions);
    checkId("command id", commandId);
    return await this.#connection.read((sql) => {
      const row = sql.commandResult.get(partitionKey(partition), encodeId(commandId));
      if (row === undefined || row.result_status === null) return null;
      return {
        status: word(row, "result_status", RESULTS),
        code: textOrNull(row, "result_code"),
        message: textOrNull(row, "result_message"),
      };
    });
  }

  watch(listener: (hint: Hint) => void): () => void {
    const end = this.#hints.add(listener);
    this.#foreign.start();
    return () => {
      end();
      if (this.#hints.size === 0) this.#foreign.stop();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#foreign.stop();
    this.#hints.clear();
    await this.#connection.close();
  }
}

function snapshotOf(row: Row, apart: readonly Row[]): StoredSnapshot {
  const texts = apart.map((each) => text(each, "text"));
  const [whole = "", ...changes] = int(row, "apart") === 0 ? [text(row, "text"), ...texts] : texts;
  if (row.held === null) return { whole, changes };
  return { whole, changes, log: { after: int(row, "held"), upTo: int(row, "records"), rest: textOrNull(row, "rest") } };
}
