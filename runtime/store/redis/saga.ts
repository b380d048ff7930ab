import { decodeId } from "../partition.ts";
import { SAGA_STATUSES, type StoredSaga, type StoredSnapshot } from "../store.ts";
import { conditionsOf, int, text, word } from "./replies.ts";

/** A saga's hash, as HGETALL answers with it: names and values in turn. `null`: there is none. */
export function sagaOf(sagaId: string, reply: readonly unknown[], key: string): StoredSaga | null {
  if (reply.length === 0) return null;
  const fields = new Map<string, unknown>();
  const timers: { key: string; encoded: string; dueAtMs: number }[] = [];
  for (let index = 0; index < reply.length; index += 2) {
    const name = text(reply[index], key);
    if (name.startsWith("timer:")) {
      const encoded = name.slice("timer:".length);
      timers.push({ key: decodeId(encoded), encoded, dueAtMs: int(reply[index + 1], key) });
    } else fields.set(name, reply[index + 1]);
  }
  return {
    sagaId,
    version: int(fields.get("version"), key),
    commitId: text(fields.get("commit"), key),
    snapshot: snapshotOf(fields, key),
    status: word(fields.get("status"), SAGA_STATUSES, key),
    conditions: conditionsOf(text(fields.get("conditions"), key)),
    removed: fields.has("removed"),
    createdAtMs: int(fields.get("created"), key),
    updatedAtMs: int(fields.get("updated"), key),
    timers: timers
      .sort((a, b) => a.dueAtMs - b.dueAtMs || (a.encoded < b.encoded ? -1 : 1))
      .map((timer) => ({ key: timer.key, dueAtMs: timer.dueAtMs })),
  };
}

function snapshotOf(fields: ReadonlyMap<string, unknown>, key: string): StoredSnapshot {
  // Of format 3, and not written since.
  const whole = text(fields.get("whole") ?? fields.get("snapshot"), key);
  const count = int(fields.get("changes") ?? 0, key);
  const first = int(fields.get("version"), key) - count + 1;
  return { whole, changes: Array.from({ length: count }, (_, index) => text(fields.get(`change:${first + index}`), key)) };
}
