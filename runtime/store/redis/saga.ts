import { decodeId } from "../partition.ts";
import { SAGA_STATUSES, type StoredSaga, type StoredSnapshot } from "../store.ts";
import { unexpectedReply } from "./errors.ts";
import { conditionsOf, int, text, word } from "./replies.ts";

/** What stands in the head of a saga's hash, but for what it is shown by, or in fields of their own; see `lib.lua`. */
interface Head {
  readonly version: unknown;
  readonly commitId: string;
  readonly status: unknown;
  readonly conditions: string;
  readonly created: unknown;
  readonly updated: unknown;
  readonly changes: unknown;
  /** Of the record after which the log leads on, of the version that the texts are of, and how many records there are; `null`: the texts say all. */
  readonly held: readonly unknown[] | null;
}

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
  const head = fields.has("head") ? headOf(text(fields.get("head"), key), key) : olderHead(fields, key);
  return {
    sagaId,
    version: int(head.version, key),
    commitId: head.commitId,
    snapshot: snapshotOf(fields, head, key),
    status: word(head.status, SAGA_STATUSES, key),
    conditions: conditionsOf(head.conditions),
    removed: fields.has("removed"),
    createdAtMs: int(head.created, key),
    updatedAtMs: int(head.updated, key),
    timers: timers
      .sort((a, b) => a.dueAtMs - b.dueAtMs || (a.encoded < b.encoded ? -1 : 1))
      .map((timer) => ({ key: timer.key, dueAtMs: timer.dueAtMs })),
  };
}

function headOf(head: string, key: string): Head {
  const [version, state = "", commit = "", updated, created, changes, held] = head.split(" ", 7);
  const found = STATE.exec(state);
  if (found === null) throw unexpectedReply(key, head);
  const [, status, conditions = ""] = found;
  return {
    version,
    commitId: decodeId(commit),
    status,
    conditions: conditions.replaceAll(",", " "),
    created,
    updated,
    changes,
    held: held === "-" ? null : (held ?? "").split(":"),
  };
}

/** Not written since format 8. */
function olderHead(fields: ReadonlyMap<string, unknown>, key: string): Head {
  const held = text(fields.get("held") ?? "", key);
  return {
    version: fields.get("version"),
    commitId: text(fields.get("commit"), key),
    status: fields.get("status"),
    conditions: text(fields.get("conditions"), key),
    created: fields.get("created"),
    updated: fields.get("updated"),
    changes: fields.get("changes") ?? 0,
    held: held === "" ? null : [...held.split(" ", 2), fields.get("records")],
  };
}

function snapshotOf(fields: ReadonlyMap<string, unknown>, head: Head, key: string): StoredSnapshot {
  // Of format 7 or 3, and not written since.
  const whole = text(fields.get("base") ?? fields.get("whole") ?? fields.get("snapshot"), key);
  const [after, at, upTo] = head.held ?? [null, head.version];
  const count = int(head.changes, key);
  const first = int(at, key) - count + 1;
  const changes = Array.from({ length: count }, (_, index) => text(fields.get(`change:${first + index}`), key));
  if (after === null) return { whole, changes };
  const rest = fields.has("rest") ? text(fields.get("rest"), key) : null;
  return { whole, changes, log: { after: int(after, key), upTo: int(upTo, key), rest } };
}

const STATE = /^[01][01]([a-z]+)(?::(\S*))?$/;
