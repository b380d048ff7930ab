import { dueAt, familyOf, isOver, mayReplace } from "../edge.ts";
import { shownOfPart, shownText, tagKeys } from "../listing.ts";
import { encodeId, partitionKey, partitionNamed } from "../partition.ts";
import type { AppendResult, CommitPart, CommitResult, Partition } from "../store.ts";
import { int, text, textOrNull } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** All parts of one call, inside one transaction. A family is looked at before anything of it is written, so a refused one leaves nothing. */
export function commitParts(sql: Statements, parts: readonly CommitPart[], nowMs: number): CommitResult[] {
  const holders = new Map<string, Holder>();
  const changed = new Set<string>();
  const refused = new Set<string>();
  const looked = parts.map((part): Looked => {
    const partition = partitionKey(part.lease.partition);
    const holder = holders.get(partition) ?? readHolder(sql, partition);
    holders.set(partition, holder);
    const fenced = holder.owner !== part.lease.owner || holder.epoch !== part.lease.epoch;
    const there = fenced ? null : look(sql, partition, part);
    const unfit =
      ("change" in part.snapshot && there?.held != null) || (there !== null && !mayReplace(part, there.records, there.held));
    if (there?.version !== part.expectedVersion || unfit) refused.add(familyOf(part));
    return { part, partition, there };
  });
  const results = looked.map(({ part, partition, there }): CommitResult => {
    if (there === null) return { status: "fenced" };
    if (refused.has(familyOf(part))) return { status: "conflict", version: there.version, commitId: there.commitId };
    changed.add(partition);
    return commitPart(sql, partition, part, there, nowMs);
  });
  for (const partition of changed) sql.countChange.run(partition);
  return results;
}

/** The start of this id (encoded) under another version of the saga. Of two that are there from before the first holds. */
export function startElsewhere(sql: Statements, { saga, version: asked, index }: Partition, id: string): AppendResult | null {
  // `@` comes after the name and before the version: between it and the letter that follows it lie all partitions of the saga.
  for (const row of sql.starts.all(id, `${encodeId(saga)}@`, `${encodeId(saga)}A`)) {
    const { version, index: at } = partitionNamed(text(row, "partition"));
    if (at !== index) continue;
    return version === asked ? null : { status: "elsewhere", version, payload: text(row, "payload") };
  }
  return null;
}

interface Holder {
  readonly owner: string | null;
  readonly epoch: number;
}

function readHolder(sql: Statements, partition: string): Holder {
  const row = sql.getLease.get(partition);
  return row === undefined ? { owner: null, epoch: 0 } : { owner: textOrNull(row, "owner"), epoch: int(row, "epoch") };
}

interface Looked {
  readonly part: CommitPart;
  readonly partition: string;
  /** `null`: the lease is not the current one. */
  readonly there: Row | null;
}

/** What is there of a saga; version 0: nothing. */
interface Row {
  readonly version: number;
  readonly commitId: string | null;
  readonly records: number;
  /** Texts of its snapshot that stand apart from its row. */
  readonly texts: number;
  /** The last record that these hold; `null`: they hold all. */
  readonly held: number | null;
  /** As it is stored; empty: it never said. */
  readonly shown: string;
  readonly overAtMs: number | null;
  readonly removed: boolean;
}

function look(sql: Statements, partition: string, part: CommitPart): Row {
  const row = sql.getInstance.get(partition, encodeId(part.sagaId));
  if (row === undefined) return NOTHING;
  return {
    version: int(row, "version"),
    commitId: text(row, "commit_id"),
    records: int(row, "records"),
    texts: int(row, "texts"),
    held: row.held === null ? null : int(row, "held"),
    shown: text(row, "shown"),
    overAtMs: row.over_at_ms === null ? null : int(row, "over_at_ms"),
    removed: int(row, "removed") > 0,
  };
}

const NOTHING: Row = {
  version: 0,
  commitId: null,
  records: 0,
  texts: 0,
  held: null,
  shown: "",
  overAtMs: null,
  removed: false,
};

function commitPart(sql: Statements, partition: string, part: CommitPart, before: Row, nowMs: number): CommitResult {
  const sagaId = encodeId(part.sagaId);
  const version = before.version + 1;
  let number = before.records - (part.replaces ?? 0);
  if (part.replaces !== undefined) sql.dropLastRecords.run(partition, sagaId, number);
  for (const record of part.records) sql.addRecord.run(partition, sagaId, ++number, nowMs, record);
  const conditions = part.conditions.join(" ");
  const shown = shownOfPart(part);
  const row = [
    version,
    part.commitId,
    part.status,
    part.live ? 1 : 0,
    part.active ? 1 : 0,
    conditions,
    number,
    nowMs,
    shownText(shown) ?? before.shown,
    before.removed || isOver(part) ? (before.overAtMs ?? nowMs) : null,
  ] as const;
  if ("change" in part.snapshot) {
    sql.addText.run(partition, sagaId, version, part.snapshot.change);
    sql.changeInstance.run(...row, partition, sagaId);
  } else if ("rest" in part.snapshot) {
    sql.logInstance.run(...row, before.records, part.snapshot.rest, partition, sagaId);
  } else {
    const { whole } = part.snapshot;
    const apart = whole.length > IN_ROW_MAX_CHARS;
    if (before.texts > 0) sql.dropTexts.run(partition, sagaId);
    if (apart) sql.addText.run(partition, sagaId, version, whole);
    const values = [...row, apart ? 1 : 0, apart ? 1 : 0, apart ? "" : whole, partition, sagaId] as const;
    if (before.version > 0) sql.putInstance.run(...values);
    else sql.addInstance.run(...values, part.root === null ? null : encodeId(part.root), nowMs);
  }
  if (before.shown === "") for (const tag of tagKeys(shown)) sql.addTag.run(tag, partition, sagaId);
  for (const key of part.clearTimers) sql.clearTimer.run(partition, sagaId, encodeId(key));
  for (const timer of part.setTimers) sql.putTimer.run(partition, sagaId, encodeId(timer.key), dueAt(nowMs, timer));
  for (const { position, id, result } of part.consume) {
    sql.consume.run(result.status, result.code, result.message, partition, encodeId(id), position);
  }
  return { status: "committed", version, atMs: nowMs };
}

/** What is longer would be written again with each change of its row: a row and all its overflow pages are one. */
const IN_ROW_MAX_CHARS = 4_096;
