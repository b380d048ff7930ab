/**
 * What every store checks before it does anything, so that all refuse the same: a wrong call rejects and has changed nothing.
 */
import { SagaError } from "../errors.ts";
import { checkId, checkSagaKey } from "./partition.ts";
import type {
  Attendance,
  Command,
  CommitPart,
  Lease,
  LeaseRequest,
  Occupied,
  Partition,
  Retention,
  SagaVersion,
  TimerToSet,
  Transaction,
  WrittenSnapshot,
} from "./store.ts";

/** A partition of this store. */
export function checkPartition(partition: Partition, partitions: number): void {
  checkSagaVersion(partition);
  if (!Number.isSafeInteger(partition.index) || partition.index < 0 || partition.index >= partitions) {
    throw new SagaError(
      "RT2007",
      `${partition.saga}@${partition.version} has no partition ${partition.index}: this store has ${partitions}, counted from 0.`,
    );
  }
}

export function checkSagaVersion({ saga, version }: SagaVersion): void {
  checkId("saga name", saga);
  if (!Number.isSafeInteger(version) || version < 0) {
    throw new SagaError("RT2007", `${saga} has version ${version}: use a whole number from 0.`);
  }
}

export function checkAttendance({ owner, serves }: Attendance, ttlMs: number): void {
  checkId("owner", owner);
  for (const saga of serves) checkSagaVersion(saga);
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 0) throw new RangeError(`a worker is here for a whole number of ms, not ${ttlMs}`);
}

export function checkLeaseCall(requests: readonly LeaseRequest[], owner: string, ttlMs: number, partitions: number): void {
  for (const request of requests) checkPartition(request.partition, partitions);
  checkId("owner", owner);
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1) throw new RangeError(`a lease lasts a whole number of ms from 1, not ${ttlMs}`);
}

export function checkLeases(leases: readonly Lease[], partitions: number): void {
  for (const lease of leases) checkPartition(lease.partition, partitions);
}

export function checkCommand(partition: Partition, command: Command, partitions: number): void {
  checkPartition(partition, partitions);
  checkId("command id", command.id);
  checkSagaKey("saga id", command.sagaId);
  checkText("the payload of a command", command.sagaId, command.payload);
}

/** For stores that live in no database of the service's. */
export function refuseTransaction(kind: string, transaction: Transaction | undefined): void {
  if (transaction === undefined) return;
  throw new SagaError(
    "RT1015",
    `a ${kind} store cannot take part in a transaction of yours: leave \`transaction\` out, or use a store in the Postgres database that it is of.`,
  );
}

export function checkSaga(partition: Partition, sagaId: string, partitions: number): void {
  checkPartition(partition, partitions);
  checkSagaKey("saga id", sagaId);
}

/** A page of a list of sagas. */
export function checkCursor(cursor: string | null, limit: number): void {
  if (cursor !== null) checkSagaKey("cursor", cursor);
  checkLimit(limit);
}

export function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`limit is a whole number from 1, not ${limit}`);
}

/** A page of a saga's history: after record number `after`, from 0. */
export function checkPage(after: number, limit: number): void {
  if (!Number.isSafeInteger(after) || after < 0) throw new RangeError(`after is a record's number, or 0, not ${after}`);
  checkLimit(limit);
}

/** All parts of one `commit` call. */
export function checkParts(parts: readonly CommitPart[], partitions: number): void {
  const seen = parts.length > 1 ? new Set<string>() : null;
  const leases = new Map<string, Lease>();
  for (const part of parts) {
    const { partition } = part.lease;
    checkPartition(partition, partitions);
    checkSagaKey("saga id", part.sagaId);
    checkId("commit id", part.commitId);
    checkFamily(part, leases);
    if (seen !== null) {
      const name = `${partition.saga}@${partition.version}/${partition.index} ${part.sagaId}`;
      if (seen.has(name)) {
        throw new SagaError("RT2007", `saga ${part.sagaId} appears twice in one commit call: put all of it in one part.`);
      }
      seen.add(name);
    }
    checkSnapshot(part);
    checkReplaces(part);
    for (const record of part.records) checkText("a history record", part.sagaId, record);
    for (const timer of part.setTimers) {
      checkId("timer key", timer.key);
      const ms = "atMs" in timer ? timer.atMs : timer.delayMs;
      if (!Number.isFinite(ms)) throw new RangeError(`timer ${timer.key} of ${part.sagaId}: ${ms} ms`);
    }
    for (const key of part.clearTimers) checkId("timer key", key);
    for (const consumed of part.consume) checkId("command id", consumed.id);
  }
}

function checkSnapshot({ sagaId, snapshot, expectedVersion }: CommitPart): void {
  if ("whole" in snapshot) return checkText("the snapshot", sagaId, snapshot.whole);
  if (expectedVersion < 1) {
    throw new SagaError("RT2007", `saga ${sagaId} is new, and a change is of what is there: write its snapshot whole.`);
  }
  if ("change" in snapshot) checkText("a change of the snapshot", sagaId, snapshot.change);
  else if (snapshot.rest !== null) checkText("what is kept beside the log", sagaId, snapshot.rest);
}

function checkReplaces({ sagaId, replaces = 0, expectedVersion }: CommitPart): void {
  if (!Number.isSafeInteger(replaces) || replaces < 0) {
    throw new RangeError(`records of ${sagaId} are replaced by number, a whole one from 0, not ${replaces}`);
  }
  if (replaces > 0 && expectedVersion < 1) {
    throw new SagaError("RT2007", `saga ${sagaId} is new, and has no records to be replaced: leave \`replaces\` out.`);
  }
}

/** Whether so many of its last records may be replaced, of a saga that has so many. `held`: of which its texts know, where the log leads on from them. */
export function mayReplace({ replaces = 0, snapshot }: CommitPart, records: number, held: number | null): boolean {
  return replaces <= ("rest" in snapshot ? records - (held ?? records) : records);
}

/** What a part writes of its snapshot, and as what; `null`: nothing. */
export function snapshotText(snapshot: WrittenSnapshot): {
  readonly kind: "whole" | "change" | "rest";
  readonly text: string | null;
} {
  if ("whole" in snapshot) return { kind: "whole", text: snapshot.whole };
  return "change" in snapshot ? { kind: "change", text: snapshot.change } : { kind: "rest", text: snapshot.rest };
}

/** All parts of a family are under one lease, and a child's id begins with its root's. */
function checkFamily(part: CommitPart, leases: Map<string, Lease>): void {
  if (part.root !== null && !part.sagaId.startsWith(`${part.root}//`)) {
    throw new SagaError(
      "RT2007",
      `saga ${part.sagaId} cannot be a child of ${part.root}: its id does not begin with "${part.root}//".`,
    );
  }
  const family = familyOf(part);
  const lease = leases.get(family);
  if (lease !== undefined && (lease.owner !== part.lease.owner || lease.epoch !== part.lease.epoch)) {
    throw new SagaError(
      "RT2007",
      `the family of ${part.root ?? part.sagaId} appears under two leases in one commit call: use one.`,
    );
  }
  leases.set(family, part.lease);
}

/** Names the family of a part: its parts are committed together or not at all. */
export function familyOf({ lease: { partition }, root, sagaId }: CommitPart): string {
  return `${partition.saga}@${partition.version}/${partition.index} ${root ?? sagaId}`;
}

/**
 * A partition that has work. `lease`: the last one there was, a released one with the time of its release, one never taken with 0.
 * `sinceMs`: since when there is work, where that can be later than the end of that lease.
 */
export function occupiedOf(
  partition: Partition,
  lease: { readonly owner: string | null; readonly expiresAtMs: number },
  sinceMs: number | null,
  nowMs: number,
): Occupied {
  const remainingMs = lease.owner === null ? 0 : Math.max(0, lease.expiresAtMs - nowMs);
  if (remainingMs > 0) return { partition, owner: lease.owner, remainingMs, unownedMs: 0 };
  const fromMs = Math.max(lease.expiresAtMs, sinceMs ?? 0);
  return { partition, owner: null, remainingMs: 0, unownedMs: fromMs === 0 ? 0 : Math.max(0, nowMs - fromMs) };
}

/** Whether a root is over with this part: nothing of it will run any more, and nobody has to look at it. */
export function isOver({ root, status, live, conditions }: CommitPart): boolean {
  return root === null && status !== "running" && !live && !conditions.includes("parked") && !conditions.includes("quarantined");
}

export function checkRetention({ keepMs, rememberMs }: Retention, limit: number): void {
  for (const ms of [keepMs, rememberMs]) {
    if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`sagas are kept for a whole number of ms, not ${ms}`);
  }
  checkLimit(limit);
}

/** When a timer is due: whole milliseconds, never early, never before now; beyond what these can tell apart, the last of them. */
export function dueAt(nowMs: number, timer: TimerToSet): number {
  const ms = timerMs(timer);
  return Math.max(nowMs, Math.min(Number.MAX_SAFE_INTEGER, "atMs" in timer ? ms : Math.ceil(nowMs + ms)));
}

/** The delay or the instant that a timer names, in whole milliseconds that numbers hold exactly. */
export function timerMs(timer: TimerToSet): number {
  const ms = Math.ceil("atMs" in timer ? timer.atMs : timer.delayMs);
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, ms));
}

function checkText(what: string, sagaId: string, text: string): void {
  if (typeof text !== "string" || !text.isWellFormed()) {
    throw new SagaError(
      "RT1011",
      `${what} of ${sagaId} is not text that UTF-8 can hold (half of a surrogate pair). JSON.stringify never makes such text: use it.`,
    );
  }
}

/** What a call on a closed store rejects with. */
export function closedError(kind: string): SagaError {
  return new SagaError("RT2003", `this ${kind} store was closed. Open it again with openStore().`);
}

/** As it is stored. One of a later version goes through: it must not hide what else waits, and whoever takes commands looks at it. */
export function storedKind(kind: string): Command["kind"] {
  return kind as Command["kind"];
}
