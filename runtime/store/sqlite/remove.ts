import type { Removal, Retention } from "../store.ts";
import { text } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** Takes away what is over: first what it was, then that it was. Inside one transaction; a call takes about `limit` rows. */
export function removeOver(
  sql: Statements,
  partition: string,
  { keepMs, rememberMs }: Retention,
  limit: number,
  nowMs: number,
): Removal {
  const over = sql.over.all(partition, nowMs - keepMs, limit).map((row) => text(row, "saga_id"));
  for (const sagaId of over) {
    dropAround(sql, partition, sagaId);
    sql.setRemoved.run(partition, sagaId);
  }
  let left = limit - over.length;
  while (left > 0) {
    const row = sql.beingRemoved.get(partition);
    if (row === undefined) break;
    left = dropFamily(sql, partition, text(row, "saga_id"), left);
  }
  let forgotten = 0;
  while (left > 0) {
    const row = sql.forgettable.get(partition, nowMs - keepMs - rememberMs);
    if (row === undefined) break;
    const sagaId = text(row, "saga_id");
    // Whatever was written of it since it was removed.
    left = dropFamily(sql, partition, sagaId, left);
    if (left <= 0) break;
    left -= Number(sql.dropCommands.run(partition, sagaId, left).changes);
    if (left <= 0) break;
    dropAround(sql, partition, sagaId);
    sql.dropInstance.run(partition, sagaId);
    forgotten += 1;
    left -= 1;
  }
  return { removed: over.length, forgotten, more: left <= 0 };
}

/** What is left of `limit`. */
function dropFamily(sql: Statements, partition: string, rootId: string, limit: number): number {
  let left = limit;
  while (left > 0) {
    const row = sql.firstChild.get(partition, rootId);
    const sagaId = row === undefined ? rootId : text(row, "saga_id");
    left -= Number(sql.dropRecords.run(partition, sagaId, left).changes);
    // There may be more of its history.
    if (left <= 0) return left;
    left -= 1;
    if (row === undefined) {
      sql.isRemoved.run(partition, rootId);
      return left;
    }
    dropAround(sql, partition, sagaId);
    sql.dropInstance.run(partition, sagaId);
  }
  return left;
}

function dropAround(sql: Statements, partition: string, sagaId: string): void {
  for (const drop of [sql.dropTexts, sql.dropTimers, sql.dropTags]) drop.run(partition, sagaId);
}
