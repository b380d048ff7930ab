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
  // Of format 7 or 3, and not written since.
  const whole = text(fields.get("base") ?? fields.get("whole") ?? fields.get("snapshot"), key);
  const held = text(fields.get("held") ?? "", key);
  const [after, at] = held === "" ? [null, fields.get("version")] : held.split(" ", 2);
  const count = int(fields.get("changes") ?? 0, key);
  const first = int(at, key) - count + 1;
  const changes = Array.from({ length: count }, (_, index) => text(fields.get(`change:${first + index}`), key));
  if (after === null) return { whole, changes };
  const rest = fields.has("rest") ? text(fields.get("rest"), key) : null;
  return { whole, changes, log: { after: int(after, key), upTo: int(fields.get("records"), key), rest } };
}
