import { dueAt } from "../edge.ts";
import { encodeId, partitionKey } from "../partition.ts";
import type { CommitPart, CommitResult } from "../store.ts";
import { int, text, textOrNull } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** All parts of one call, inside one transaction. A part is looked at before anything of it is written, so a refused one leaves nothing. */
export function commitParts(sql: Statements, parts: readonly CommitPart[], nowMs: number): CommitResult[] {
  const holders = new Map<string, Holder>();
  const changed = new Set<string>();
  const results = parts.map((part) => {
    const partition = partitionKey(part.lease.partition);
    const holder = holders.get(partition) ?? readHolder(sql, partition);
    holders.set(partition, holder);
    if (holder.owner !== part.lease.owner || holder.epoch !== part.lease.epoch) return { status: "fenced" } as const;
    const result = commitPart(sql, partition, part, nowMs);
    if (result.status === "committed") changed.add(partition);
    return result;
  });
  for (const partition of changed) sql.countChange.run(partition);
  return results;
}

interface Holder {
  readonly owner: string | null;
  readonly epoch: number;
}

function readHolder(sql: Statements, partition: string): Holder {
  const row = sql.getLease.get(partition);
  return row === undefined ? { owner: null, epoch: 0 } : { owner: textOrNull(row, "owner"), epoch: int(row, "epoch") };
}

function commitPart(sql: Statements, partition: string, part: CommitPart, nowMs: number): CommitResult {
  const sagaId = encodeId(part.sagaId);
  const before = sql.getInstance.get(partition, sagaId);
  const versionBefore = before === undefined ? 0 : int(before, "version");
  if (before === undefined ? part.expectedVersion !== 0 : part.expectedVersion !== versionBefore) {
    return { status: "conflict", version: versionBefore, commitId: before === undefined ? null : text(before, "commit_id") };
  }

  const version = versionBefore + 1;
  let number = before === undefined ? 0 : int(before, "records");
  for (const record of part.records) sql.addRecord.run(partition, sagaId, ++number, nowMs, record);
  const conditions = part.conditions.join(" ");
  if (before === undefined) {
    sql.addInstance.run(version, part.commitId, part.status, conditions, number, nowMs, part.snapshot, partition, sagaId, nowMs);
  } else {
    sql.putInstance.run(version, part.commitId, part.status, conditions, number, nowMs, part.snapshot, partition, sagaId);
  }
  for (const key of part.clearTimers) sql.clearTimer.run(partition, sagaId, encodeId(key));
  for (const { key, delayMs } of part.setTimers) sql.putTimer.run(partition, sagaId, encodeId(key), dueAt(nowMs, delayMs));
  for (const { position, id, result } of part.consume) {
    sql.consume.run(result.status, result.code, result.message, partition, encodeId(id), position);
  }
  return { status: "committed", version, atMs: nowMs };
}
