import { randomUUID } from "node:crypto";
import type { PoolConfig } from "pg";
import type { Clock } from "../../ports/clock.ts";
import {
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
  storedKind,
} from "../edge.ts";
import { commandHint, commitHints, Hints } from "../hints.ts";
import { HISTORY_BYTES } from "../history.ts";
import { checkSearch, countByPages, isByStatus } from "../listing.ts";
import { checkId, decodeId, encodeId, partitionKey, partitionNamed, sagaKey, sagaNamed } from "../partition.ts";
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
import { GatheredAppends } from "./appends.ts";
import { Attendances } from "./attendance.ts";
import { commitCall } from "./commit-call.ts";
import { PostgresConnection } from "./connection.ts";
import { ForeignHints, hintText } from "./hints.ts";
import { fromText, keyOf, toText } from "./keys.ts";
import { countSagas, listSagas } from "./listing.ts";
import { GatheredReads } from "./reads.ts";
import { conditionsOf, int, json, list, logOf, type Row, text, word } from "./rows.ts";
import { prepareSchema } from "./schema.ts";
import type { Operation, Sql } from "./sql.ts";
import { loadSql } from "./sql.ts";
import { parsePostgresUrl } from "./url.ts";

export interface PostgresStoreOptions {
  readonly url: string;
  /** `null`: what is there already. */
  readonly partitions: number | null;
  readonly defaultPartitions: number;
  readonly clock?: Clock;
  readonly schema: string;
  readonly commandTimeoutMs: number;
  readonly connections: number;
  readonly warn: (warning: StoreWarning) => void;
  readonly postgres?: PoolConfig;
}

const RESULTS = ["applied", "refused"] as const;

/** Postgres 12 or newer (tested on 15 and 18), in a schema of its own beside the service's tables. */
export class PostgresStore implements Store {
  readonly kind = "postgres";
  readonly smallSnapshotChars = 4_096;
  readonly partitions: number;
  readonly #connection: PostgresConnection;
  readonly #sql: Sql;
  readonly #clock: Clock | undefined;
  readonly #origin = randomUUID();
  readonly #hints = new Hints();
  readonly #foreign: ForeignHints;
  readonly #reads: GatheredReads;
  readonly #appends: GatheredAppends;
  readonly #attendances: Attendances;
  #closed = false;

  private constructor(connection: PostgresConnection, sql: Sql, partitions: number, options: PostgresStoreOptions) {
    this.#connection = connection;
    this.#sql = sql;
    this.partitions = partitions;
    this.#clock = options.clock;
    const emit = (hint: Hint) => this.#hints.emit(hint);
    this.#foreign = new ForeignHints(connection, this.#channel(), this.#origin, emit, options.warn);
    const write = (operation: Operation, values: readonly unknown[]) =>
      connection.write(operation, sql.statements[operation], values);
    this.#appends = new GatheredAppends(write, connection.patience, () => this.#virtualMs());
    const read = (operation: Operation, values: readonly unknown[]) =>
      connection.read(operation, sql.statements[operation], values);
    this.#reads = new GatheredReads(read, connection.patience);
    this.#attendances = new Attendances({
      read: (...asked) => this.#read(...asked),
      write: (...asked) => this.#write(...asked),
      virtualMs: () => this.#virtualMs(),
    });
  }

  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    const sql = await loadSql(options.schema);
    const connection = new PostgresConnection({ ...options, ...parsePostgresUrl(options.url) });
    try {
      const where = { ...options, server: connection.server };
      const partitions = await connection.session("open", (client) => prepareSchema(client, sql, where));
      return new PostgresStore(connection, sql, partitions, options);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async now(): Promise<number> {
    if (this.#clock !== undefined && !this.#closed) return this.#clock.now();
    const [row] = await this.#read("now", []);
    return int(row?.now_ms, "the clock");
  }

  async lease(requests: readonly LeaseRequest[], owner: string, ttlMs: number): Promise<(Lease | null)[]> {
    checkLeaseCall(requests, owner, ttlMs, this.partitions);
    if (requests.length === 0 && !this.#closed) return [];
    const asked = requests.map(({ partition, epoch }, index) => ({ n: index + 1, partition: partitionKey(partition), epoch }));
    const [row] = await this.#write("lease", [JSON.stringify(asked), encodeId(owner), ttlMs, this.#virtualMs()]);
    const answers = list(row?.answer, "lease");
    return requests.map(({ partition }, index): Lease | null => {
      if (answers[index] === null) return null;
      const [epoch, expiresAtMs] = list(answers[index], "lease");
      return { partition, owner, epoch: int(epoch, "epoch"), expiresAtMs: int(expiresAtMs, "expires_at_ms") };
    });
  }

  async release(leases: readonly Lease[]): Promise<void> {
    checkLeases(leases, this.partitions);
    const given = leases.map(({ partition, owner, epoch }) => ({
      partition: partitionKey(partition),
      owner: encodeId(owner),
      epoch,
    }));
    const released = await this.#write("release", [JSON.stringify(given), this.#virtualMs()]);
    this.#tell(released.map((row) => ({ partition: text(row.partition, "partition"), sagaId: null, what: "released" })));
  }

  async attend(worker: Attendance, ttlMs: number): Promise<Attendance[]> {
    return await this.#attendances.attend(worker, ttlMs);
  }

  async occupied(of: readonly SagaVersion[] | null): Promise<Occupied[]> {
    for (const saga of of ?? []) checkSagaVersion(saga);
    const wanted = of === null ? null : new Set(of.map(sagaKey));
    const rows = await this.#read("occupied", [this.#virtualMs()]);
    return rows.flatMap((row): Occupied[] => {
      const partition = partitionNamed(text(row.partition, "partition"));
      if (wanted?.has(sagaKey(partition)) === false) return [];
      const owner = row.owner === null ? null : decodeId(text(row.owner, "owner"));
      const lease = { owner, expiresAtMs: int(row.expires_at_ms, "expires_at_ms") };
      const sinceMs = row.live === true || row.accepted_at_ms === null ? null : int(row.accepted_at_ms, "accepted_at_ms");
      return [occupiedOf(partition, lease, sinceMs, int(row.now_ms, "the clock"))];
    });
  }

  async append(partition: Partition, command: Command, transaction?: Transaction): Promise<AppendResult> {
    checkCommand(partition, command, this.partitions);
    if (this.#closed) throw closedError(this.kind);
    const hint = commandHint(partitionKey(partition), command.sagaId, command.kind);
    const { id, sagaId, kind, payload } = command;
    const values = [hint.partition, encodeId(id), encodeId(sagaId), kind, toText(payload)] as const;
    let answer: unknown;
    if (transaction === undefined) answer = await this.#appends.append(values);
    else {
      // Nobody of this handle knows when it commits, so that its own listener has to hear of it too.
      const inside = [...values, this.#virtualMs(), this.#channel(), hintText("", [hint])];
      const { rows } = await transaction.query(this.#sql.statements.append, inside);
      answer = json((rows[0] as Row | undefined)?.answer);
    }
    if (answer === null) {
      if (transaction === undefined) this.#tell([hint]);
      return { status: "appended" };
    }
    const [thereKind, therePayload, elsewhere] = list(answer, "append");
    if (thereKind === "absent") return { status: "absent" };
    if (thereKind === "elsewhere") {
      const { version } = partitionNamed(text(therePayload, "partition"));
      return { status: "elsewhere", version, payload: fromText(text(elsewhere, "payload")) };
    }
    return { status: "duplicate", kind: storedKind(text(thereKind, "kind")), payload: fromText(text(therePayload, "payload")) };
  }

  async pending(partition: Partition, limit: number, bytes?: number, aside?: readonly string[]): Promise<PendingCommand[]> {
    checkPartition(partition, this.partitions);
    checkLimit(limit);
    if (this.#closed) throw closedError(this.kind);
    const rows = await this.#reads.pending(partitionKey(partition), limit, bytes, aside?.map(encodeId));
    return rows.map((row) => ({
      id: decodeId(text(row.id, "id")),
      sagaId: decodeId(text(row.saga_id, "saga_id")),
      kind: storedKind(text(row.kind, "kind")),
      payload: fromText(text(row.payload, "payload")),
      position: text(row.position, "position"),
      acceptedAtMs: int(row.accepted_at_ms, "accepted_at_ms"),
    }));
  }

  async commit(parts: readonly CommitPart[]): Promise<CommitResult[]> {
    checkParts(parts, this.partitions);
    if (parts.length === 0 && !this.#closed) return [];
    const [row] = await this.#write("commit", commitCall(parts, this.#virtualMs()));
    const answer = row?.answer as Row | undefined;
    const atMs = int(answer?.now, "commit");
    const results = list(answer?.parts, "commit").map((reply): CommitResult => {
      const [status, version, commitId] = list(reply, "commit");
      if (status === "fenced") return { status };
      if (status === "committed") return { status, version: int(version, "version"), atMs };
      const there = typeof commitId === "string" ? decodeId(commitId) : null;
      return { status: "conflict", version: int(version, "version"), commitId: there };
    });
    this.#tell(commitHints(parts, results));
    return results;
  }

  async load(partition: Partition, sagaId: string): Promise<StoredSaga | null> {
    checkSaga(partition, sagaId, this.partitions);
    if (this.#closed) throw closedError(this.kind);
    const row = await this.#reads.saga(partitionKey(partition), keyOf(sagaId));
    if (row === null) return null;
    return {
      sagaId,
      version: int(row.version, "version"),
      commitId: decodeId(text(row.commit_id, "commit_id")),
      snapshot: {
        whole: fromText(text(row.base, "base")),
        changes: list(row.changes, "changes").map((change) => fromText(text(change, "change"))),
        ...logOf(row),
      },
      status: word(row.status, SAGA_STATUSES, "status"),
      conditions: conditionsOf(row),
      removed: int(row.removed, "removed") > 0,
      createdAtMs: int(row.created_at_ms, "created_at_ms"),
      updatedAtMs: int(row.updated_at_ms, "updated_at_ms"),
      timers: list(row.timers, "timers").map((timer) => {
        const [key, dueAtMs] = list(timer, "timers");
        return { key: decodeId(text(key, "key")), dueAtMs: int(dueAtMs, "due_at_ms") };
      }),
    };
  }

  async active(partition: Partition, cursor: string | null, limit: number): Promise<{ ids: string[]; cursor: string | null }> {
    checkPartition(partition, this.partitions);
    checkCursor(cursor, limit);
    const rows = await this.#read("active", [partitionKey(partition), cursor === null ? "" : keyOf(cursor), limit + 1]);
    const ids = rows.slice(0, limit).map((row) => decodeId(text(row.id, "saga_id")));
    return { ids, cursor: rows.length > limit ? (ids.at(-1) ?? null) : null };
  }

  async children(
    partition: Partition,
    rootId: string,
    cursor: string | null,
    limit: number,
  ): Promise<{ children: StoredChild[]; cursor: string | null }> {
    checkSaga(partition, rootId, this.partitions);
    checkCursor(cursor, limit);
    const after = cursor === null ? "" : keyOf(cursor);
    const rows = await this.#read("children", [partitionKey(partition), keyOf(rootId), after, limit + 1]);
    const children = rows.slice(0, limit).map((row) => ({
      sagaId: decodeId(text(row.id, "saga_id")),
      status: word(row.status, SAGA_STATUSES, "status"),
      conditions: conditionsOf(row),
    }));
    return { children, cursor: rows.length > limit ? (children.at(-1)?.sagaId ?? null) : null };
  }

  async list(search: Search, page: SearchPage): Promise<{ sagas: ListedSaga[]; next: Place | null }> {
    checkSearch(search, page);
    return await listSagas((operation, values) => this.#read(operation, values), search, page);
  }

  async count(search: Search): Promise<number> {
    checkSearch(search);
    if (!isByStatus(search)) return await countByPages(search, (asked, page) => this.list(asked, page));
    return await countSagas((operation, values) => this.#read(operation, values), search);
  }

  async sagas(): Promise<SagaVersion[]> {
    return (await this.#read("every-saga", [])).map((row) => sagaNamed(text(row.name, "partition")));
  }

  async remove(partition: Partition, retention: Retention, limit: number): Promise<Removal> {
    checkPartition(partition, this.partitions);
    checkRetention(retention, limit);
    const values = [partitionKey(partition), retention.keepMs, retention.rememberMs, limit, this.#virtualMs()];
    const [row] = await this.#write("remove", values);
    const [removed, forgotten, left] = list(row?.answer, "remove");
    return { removed: int(removed, "remove"), forgotten: int(forgotten, "remove"), more: int(left, "remove") <= 0 };
  }

  async due(partition: Partition, limit: number): Promise<DueTimers> {
    checkPartition(partition, this.partitions);
    checkLimit(limit);
    const rows = await this.#read("due", [partitionKey(partition), limit + 1, this.#virtualMs()]);
    const nowMs = int(rows[0]?.now_ms, "the clock");
    const timers = rows
      .filter((row) => row.key !== null)
      .map((row) => ({
        sagaId: decodeId(text(row.saga_id, "saga_id")),
        key: decodeId(text(row.key, "key")),
        dueAtMs: int(row.due_at_ms, "due_at_ms"),
      }));
    const due = timers.slice(0, limit).filter((timer) => timer.dueAtMs <= nowMs);
    return { due, nextDueAtMs: timers[due.length]?.dueAtMs ?? null, nowMs };
  }

  async history(partition: Partition, sagaId: string, after: number, limit: number, bytes?: number): Promise<StoredRecord[]> {
    checkSaga(partition, sagaId, this.partitions);
    checkPage(after, limit);
    const rows = await this.#read("history", [partitionKey(partition), keyOf(sagaId), after, limit, bytes ?? HISTORY_BYTES]);
    return rows.map((row) => ({
      number: int(row.number, "number"),
      atMs: int(row.at_ms, "at_ms"),
      record: fromText(text(row.text, "text")),
    }));
  }

  async commandResult(partition: Partition, commandId: string): Promise<CommandResult | null> {
    checkPartition(partition, this.partitions);
    checkId("command id", commandId);
    if (this.#closed) throw closedError(this.kind);
    const row = await this.#reads.commandResult(partitionKey(partition), encodeId(commandId));
    if (row === null || row.result_status === null) return null;
    return {
      status: word(row.result_status, RESULTS, "result_status"),
      code: row.result_code === null ? null : fromText(text(row.result_code, "result_code")),
      message: row.result_message === null ? null : fromText(text(row.result_message, "result_message")),
    };
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
    if (!this.#closed) {
      this.#closed = true;
      this.#hints.clear();
      await this.#foreign.stop();
      await this.#foreign.flush();
    }
    await Promise.all([this.#reads.settled(), this.#appends.settled()]);
    await this.#connection.close();
  }

  #read(operation: Operation, values: readonly unknown[]): Promise<readonly Row[]> {
    if (this.#closed) return Promise.reject(closedError(this.kind));
    return this.#connection.read(operation, this.#sql.statements[operation], values);
  }

  #write(operation: Operation, values: readonly unknown[]): Promise<readonly Row[]> {
    if (this.#closed) return Promise.reject(closedError(this.kind));
    return this.#connection.write(operation, this.#sql.statements[operation], values);
  }

  #tell(hints: readonly Hint[]): void {
    for (const hint of hints) {
      this.#hints.emit(hint);
      this.#foreign.tell(hint);
    }
  }

  #channel(): string {
    return `${this.#sql.schema}_hints`;
  }

  /** Handed to the statements; without it they ask the server's clock. */
  #virtualMs(): number | null {
    return this.#clock === undefined ? null : this.#clock.now();
  }
}
