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
  dueAt,
  familyOf,
  isOver,
  mayReplace,
  occupiedOf,
  refuseTransaction,
} from "../edge.ts";
import { commandHint, commitHints, Hints } from "../hints.ts";
import { HISTORY_BYTES } from "../history.ts";
import { checkSearch, comparePlaces, inOrder, pageOf, placeOf, shownOf, shownOfPart, stretchOf } from "../listing.ts";
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
import { removeOver } from "./remove.ts";
import {
  clearTimer,
  compareText,
  compareTimers,
  isThere,
  newShare,
  rootsFound,
  type SagaRow,
  type Share,
  startElsewhere,
} from "./share.ts";
import { SortedList } from "./sorted-list.ts";

/** The whole contract in memory, for tests and the simulator: nothing survives `close`. */
export class MemoryStore implements Store {
  readonly kind = "memory";
  readonly smallSnapshotChars = 4_096;
  readonly partitions: number;
  readonly #clock: Clock;
  readonly #shares = new Map<string, Share>();
  readonly #workers = new Map<string, { readonly worker: Attendance; readonly untilMs: number }>();
  readonly #hints = new Hints();
  #closed = false;

  constructor(options: { readonly partitions: number; readonly clock?: Clock }) {
    this.partitions = options.partitions;
    this.#clock = options.clock ?? systemClock;
  }

  async now(): Promise<number> {
    this.#checkOpen();
    return this.#clock.now();
  }

  async lease(requests: readonly LeaseRequest[], owner: string, ttlMs: number): Promise<(Lease | null)[]> {
    this.#checkOpen();
    checkLeaseCall(requests, owner, ttlMs, this.partitions);
    const nowMs = this.#clock.now();
    return requests.map(({ partition, epoch }) => {
      const { lease } = this.#share(partition);
      if (epoch === null) {
        if (lease.owner !== null && lease.owner !== owner && lease.expiresAtMs > nowMs) return null;
        lease.epoch += 1;
        lease.owner = owner;
      } else if (lease.owner !== owner || lease.epoch !== epoch) return null;
      lease.expiresAtMs = nowMs + ttlMs;
      return { partition, owner, epoch: lease.epoch, expiresAtMs: lease.expiresAtMs };
    });
  }

  async release(leases: readonly Lease[]): Promise<void> {
    this.#checkOpen();
    checkLeases(leases, this.partitions);
    for (const given of leases) {
      const { lease } = this.#share(given.partition);
      // The epoch stays: whoever takes it next must get a higher one.
      if (lease.owner !== given.owner || lease.epoch !== given.epoch) continue;
      lease.owner = null;
      lease.expiresAtMs = this.#clock.now();
      this.#hints.emit({ partition: partitionKey(given.partition), sagaId: null, what: "released" });
    }
  }

  async attend(worker: Attendance, ttlMs: number): Promise<Attendance[]> {
    this.#checkOpen();
    checkAttendance(worker, ttlMs);
    const nowMs = this.#clock.now();
    const { owner, serves } = worker;
    if (ttlMs === 0) this.#workers.delete(owner);
    else this.#workers.set(owner, { worker: { owner, serves: [...serves] }, untilMs: nowMs + ttlMs });
    for (const [name, { untilMs }] of this.#workers) if (untilMs <= nowMs) this.#workers.delete(name);
    return [...this.#workers.values()].map((here) => here.worker).sort((a, b) => compareText(a.owner, b.owner));
  }

  async occupied(of: readonly SagaVersion[] | null): Promise<Occupied[]> {
    this.#checkOpen();
    for (const saga of of ?? []) checkSagaVersion(saga);
    const wanted = of === null ? null : new Set(of.map(sagaKey));
    const nowMs = this.#clock.now();
    return [...this.#shares]
      .filter(
        ([key, { live, pending }]) => live.size + pending.size > 0 && wanted?.has(key.slice(0, key.lastIndexOf("/"))) !== false,
      )
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, { lease, live, pending }]) => {
        const [first] = pending.values();
        return occupiedOf(partitionNamed(key), lease, live.size > 0 ? null : (first?.acceptedAtMs ?? null), nowMs);
      });
  }

  async append(partition: Partition, command: Command, transaction?: Transaction): Promise<AppendResult> {
    refuseTransaction(this.kind, transaction);
    this.#checkOpen();
    checkCommand(partition, command, this.partitions);
    const share = this.#share(partition);
    const { id, sagaId, kind, payload } = command;
    const elsewhere = kind === "start" ? startElsewhere(this.#shares, partition, id) : null;
    if (elsewhere !== null) return elsewhere;
    const there = share.commands.get(id);
    if (there !== undefined) return { status: "duplicate", kind: there.kind, payload: there.payload };
    if (kind !== "start" && !isThere(share, rootOf(sagaId))) return { status: "absent" };
    share.positions += 1;
    const entry = { id, sagaId, kind, payload, position: String(share.positions), acceptedAtMs: this.#clock.now() };
    share.commands.set(id, { ...entry, result: null });
    share.pending.set(id, entry);
    this.#hints.emit(commandHint(partitionKey(partition), sagaId, kind));
    return { status: "appended" };
  }

  async pending(partition: Partition, limit: number, bytes?: number, aside?: readonly string[]): Promise<PendingCommand[]> {
    this.#checkOpen();
    checkPartition(partition, this.partitions);
    checkLimit(limit);
    const oldest: PendingCommand[] = [];
    let left = bytes ?? PENDING_BYTES;
    const without = new Set(aside);
    for (const command of this.#share(partition).pending.values()) {
      if (command.kind !== "release" && without.has(rootOf(command.sagaId))) continue;
      if (oldest.push(command) === limit) break;
      left -= Buffer.byteLength(command.payload);
      if (left <= 0) break;
    }
    return oldest;
  }

  async commit(parts: readonly CommitPart[]): Promise<CommitResult[]> {
    this.#checkOpen();
    checkParts(parts, this.partitions);
    const nowMs = this.#clock.now();
    const refusals = new Map<string, "fenced" | "conflict">();
    for (const part of parts) {
      const refusal = this.#refusal(part);
      if (refusal !== null) refusals.set(familyOf(part), refusal);
    }
    const results = parts.map((part): CommitResult => {
      const refusal = refusals.get(familyOf(part));
      if (refusal === undefined) return this.#commitPart(part, nowMs);
      if (refusal === "fenced") return { status: "fenced" };
      const there = this.#share(part.lease.partition).sagas.get(part.sagaId);
      return { status: "conflict", version: there?.version ?? 0, commitId: there?.commitId ?? null };
    });
    for (const hint of commitHints(parts, results)) this.#hints.emit(hint);
    return results;
  }

  async load(partition: Partition, sagaId: string): Promise<StoredSaga | null> {
    this.#checkOpen();
    checkSaga(partition, sagaId, this.partitions);
    const saga = this.#share(partition).sagas.get(sagaId);
    if (saga === undefined) return null;
    const { version, commitId, snapshot, status, conditions, removed, createdAtMs, updatedAtMs } = saga;
    const timers = [...saga.timers.values()]
      .sort(compareTimers)
      .map((timer) => ({ key: decodeId(timer.key), dueAtMs: timer.dueAtMs }));
    return { sagaId, version, commitId, snapshot, status, conditions, removed, createdAtMs, updatedAtMs, timers };
  }

  async active(partition: Partition, cursor: string | null, limit: number): Promise<{ ids: string[]; cursor: string | null }> {
    this.#checkOpen();
    checkPartition(partition, this.partitions);
    checkCursor(cursor, limit);
    const found = this.#share(partition).active.after(cursor === null ? null : encodeId(cursor), limit + 1);
    const ids = found.slice(0, limit).map(decodeId);
    return { ids, cursor: found.length > limit ? (ids.at(-1) ?? null) : null };
  }

  async children(
    partition: Partition,
    rootId: string,
    cursor: string | null,
    limit: number,
  ): Promise<{ children: StoredChild[]; cursor: string | null }> {
    this.#checkOpen();
    checkSaga(partition, rootId, this.partitions);
    checkCursor(cursor, limit);
    const { children, sagas } = this.#share(partition);
    const found = children.get(rootId)?.after(cursor === null ? null : encodeId(cursor), limit + 1) ?? [];
    const page = found.slice(0, limit).flatMap((encoded): StoredChild[] => {
      const sagaId = decodeId(encoded);
      const saga = sagas.get(sagaId);
      return saga === undefined ? [] : [{ sagaId, status: saga.status, conditions: saga.conditions }];
    });
    return { children: page, cursor: found.length > limit ? (page.at(-1)?.sagaId ?? null) : null };
  }

  async list(search: Search, page: SearchPage): Promise<{ sagas: ListedSaga[]; next: Place | null }> {
    this.#checkOpen();
    checkSearch(search, page);
    const stretch = stretchOf(search, page);
    const sign = page.newestFirst ? -1 : 1;
    const found = rootsFound(this.#shares, search).filter((saga) => sign * comparePlaces(placeOf(saga), stretch.after) > 0);
    return pageOf(search, page, stretch, inOrder(found, page));
  }

  async count(search: Search): Promise<number> {
    this.#checkOpen();
    checkSearch(search);
    return rootsFound(this.#shares, search).length;
  }

  async sagas(): Promise<SagaVersion[]> {
    this.#checkOpen();
    return [...new Set([...this.#shares.keys()].map((key) => sagaKey(partitionNamed(key))))].sort(compareText).map(sagaNamed);
  }

  async remove(partition: Partition, retention: Retention, limit: number): Promise<Removal> {
    this.#checkOpen();
    checkPartition(partition, this.partitions);
    checkRetention(retention, limit);
    return removeOver(this.#share(partition), retention, limit, this.#clock.now());
  }

  async due(partition: Partition, limit: number): Promise<DueTimers> {
    this.#checkOpen();
    checkPartition(partition, this.partitions);
    checkLimit(limit);
    const nowMs = this.#clock.now();
    const first = this.#share(partition).timers.after(null, limit);
    const due = first.filter((timer) => timer.dueAtMs <= nowMs);
    return {
      due: due.map((timer) => ({ sagaId: decodeId(timer.sagaId), key: decodeId(timer.key), dueAtMs: timer.dueAtMs })),
      nextDueAtMs: this.#share(partition).timers.at(due.length)?.dueAtMs ?? null,
      nowMs,
    };
  }

  async history(partition: Partition, sagaId: string, after: number, limit: number, bytes?: number): Promise<StoredRecord[]> {
    this.#checkOpen();
    checkSaga(partition, sagaId, this.partitions);
    checkPage(after, limit);
    const saga = this.#share(partition).sagas.get(sagaId);
    const records: StoredRecord[] = [];
    let left = bytes ?? HISTORY_BYTES;
    for (const record of saga?.records.slice(after, after + limit) ?? []) {
      records.push(record);
      left -= Buffer.byteLength(record.record);
      if (left <= 0) break;
    }
    return records;
  }

  async commandResult(partition: Partition, commandId: string): Promise<CommandResult | null> {
    this.#checkOpen();
    checkPartition(partition, this.partitions);
    checkId("command id", commandId);
    return this.#share(partition).commands.get(commandId)?.result ?? null;
  }

  watch(listener: (hint: Hint) => void): () => void {
    return this.#hints.add(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#hints.clear();
    this.#shares.clear();
  }

  #refusal(part: CommitPart): "fenced" | "conflict" | null {
    const { lease, sagas } = this.#share(part.lease.partition);
    if (lease.owner !== part.lease.owner || lease.epoch !== part.lease.epoch) return "fenced";
    const there = sagas.get(part.sagaId);
    if ((there?.version ?? 0) !== part.expectedVersion) return "conflict";
    const log = there?.snapshot.log;
    if ("change" in part.snapshot && log !== undefined) return "conflict";
    return mayReplace(part, there?.records.length ?? 0, log?.after ?? null) ? null : "conflict";
  }

  #commitPart(part: CommitPart, nowMs: number): CommitResult {
    const share = this.#share(part.lease.partition);
    const before = share.sagas.get(part.sagaId);
    const saga: SagaRow = {
      version: part.expectedVersion + 1,
      commitId: part.commitId,
      root: part.root,
      snapshot: keptOf(part, before),
      status: part.status,
      conditions: [...part.conditions],
      shown: shownOfPart(part) ?? before?.shown ?? shownOf(""),
      overAtMs: before?.removed === true || isOver(part) ? (before?.overAtMs ?? nowMs) : null,
      removed: before?.removed ?? false,
      cleared: before?.cleared ?? false,
      createdAtMs: before?.createdAtMs ?? nowMs,
      updatedAtMs: nowMs,
      timers: before?.timers ?? new Map(),
      records: before?.records ?? [],
    };
    share.sagas.set(part.sagaId, saga);
    saga.records.length -= part.replaces ?? 0;
    for (const record of part.records) saga.records.push({ number: saga.records.length + 1, atMs: nowMs, record });
    const sagaId = encodeId(part.sagaId);
    for (const key of part.clearTimers) clearTimer(share, saga, encodeId(key));
    for (const wanted of part.setTimers) {
      const timer = { sagaId, key: encodeId(wanted.key), dueAtMs: dueAt(nowMs, wanted) };
      clearTimer(share, saga, timer.key);
      saga.timers.set(timer.key, timer);
      share.timers.add(timer);
    }
    for (const { id, position, result } of part.consume) {
      const command = share.commands.get(id);
      if (command === undefined || command.position !== position || command.result !== null) continue;
      command.result = { status: result.status, code: result.code, message: result.message };
      share.pending.delete(id);
    }
    if (part.root !== null) {
      const children = share.children.get(part.root) ?? new SortedList(compareText);
      share.children.set(part.root, children);
      children.add(sagaId);
    } else if (part.live) share.live.add(part.sagaId);
    else share.live.delete(part.sagaId);
    if (part.active) share.active.add(sagaId);
    else share.active.delete(sagaId);
    return { status: "committed", version: saga.version, atMs: nowMs };
  }

  #share(partition: Partition): Share {
    const key = partitionKey(partition);
    let share = this.#shares.get(key);
    if (share === undefined) {
      share = newShare();
      this.#shares.set(key, share);
    }
    return share;
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError(this.kind);
  }
}

/** What is kept with this part: the store's own list, which no reader has in hand. */
function keptOf({ snapshot, records, replaces = 0 }: CommitPart, before: SagaRow | undefined): StoredSnapshot {
  if ("whole" in snapshot) return { whole: snapshot.whole, changes: [] };
  if (before === undefined) throw new Error("a change of what is not there");
  const { whole, changes, log } = before.snapshot;
  if ("change" in snapshot) return { whole, changes: [...changes, snapshot.change] };
  const after = log?.after ?? before.records.length;
  const upTo = before.records.length - replaces + records.length;
  return { whole, changes, log: { after, upTo, rest: snapshot.rest ?? log?.rest ?? null } };
}
