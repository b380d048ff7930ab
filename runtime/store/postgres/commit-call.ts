import { familyOf, isOver, snapshotText, timerMs } from "../edge.ts";
import { shownOfPart, shownText, tagKeys } from "../listing.ts";
import { encodeId, partitionKey } from "../partition.ts";
import type { CommitPart } from "../store.ts";
import { columnParameter } from "./arrays.ts";
import { keyAndLong, keyOf, toText } from "./keys.ts";

/** The arguments of `commit.sql`, in its order. */
export function commitCall(parts: readonly CommitPart[], virtualMs: number | null): readonly unknown[] {
  const records = rowsOf(parts, ({ records: texts }) => texts.map((text, index) => [index + 1, toText(text)]), 2);
  const tags = rowsOf(parts, (part) => tagKeys(shownOfPart(part)).map((key) => [key]), 1);
  const cleared = rowsOf(parts, (part) => clearedKeys(part).map((key) => [key]), 1);
  const timers = rowsOf(parts, timerRows, 3);
  const consumed = rowsOf(parts, consumedRows, 5);
  const columns = [...partColumns(parts), ...records, ...tags, ...cleared, ...timers, ...consumed];
  return [...columns.map(columnParameter), virtualMs];
}

function partColumns(parts: readonly CommitPart[]): readonly unknown[][] {
  const families = new Map<string, number>();
  const columns: unknown[][] = Array.from({ length: PART_COLUMNS }, () => []);
  for (const part of parts) {
    const { key, long } = keyAndLong(part.sagaId);
    const name = familyOf(part);
    const family = families.get(name) ?? families.size;
    families.set(name, family);
    const { kind, text } = snapshotText(part.snapshot);
    const shown = shownText(shownOfPart(part));
    const row = [
      partitionKey(part.lease.partition),
      encodeId(part.lease.owner),
      part.lease.epoch,
      key,
      long,
      part.root === null ? null : keyOf(part.root),
      family,
      part.live,
      part.active,
      part.expectedVersion,
      encodeId(part.commitId),
      part.status,
      part.conditions.join(" "),
      kind,
      text === null ? null : toText(text),
      shown === null ? null : toText(shown),
      isOver(part),
      part.records.length,
      part.replaces ?? 0,
    ];
    for (const [index, value] of row.entries()) columns[index]?.push(value);
  }
  return columns;
}

/** Rows of all parts as columns, the first of which is the part's place, from 1; `width`: how many others. */
function rowsOf(
  parts: readonly CommitPart[],
  ofPart: (part: CommitPart) => readonly (readonly unknown[])[],
  width: number,
): readonly unknown[][] {
  const columns: unknown[][] = Array.from({ length: width + 1 }, () => []);
  for (const [index, part] of parts.entries()) {
    for (const row of ofPart(part)) {
      columns[0]?.push(index + 1);
      for (const [column, value] of row.entries()) columns[column + 1]?.push(value);
    }
  }
  return columns;
}

/** Cleared first, then set: what is both is only set. */
function clearedKeys({ clearTimers, setTimers }: CommitPart): readonly string[] {
  const left = setTimers.length === 0 ? clearTimers : clearTimers.filter((key) => !setTimers.some((set) => set.key === key));
  return left.map(encodeId);
}

function timerRows({ setTimers }: CommitPart): readonly (readonly unknown[])[] {
  if (setTimers.length === 0) return [];
  // The last one of a key holds.
  const timers = new Map(setTimers.map((timer) => [timer.key, timer]));
  return [...timers.values()].map((timer) => [encodeId(timer.key), timerMs(timer), "atMs" in timer]);
}

function consumedRows({ consume }: CommitPart): readonly (readonly unknown[])[] {
  return consume.map(({ position, id, result: { status, code, message } }) => [
    encodeId(id),
    position,
    status,
    code === null ? null : toText(code),
    message === null ? null : toText(message),
  ]);
}

const PART_COLUMNS = 19;
