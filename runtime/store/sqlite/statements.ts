import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ROOT_OF_COMMAND, SAGA_OF_PARTITION } from "./schema.ts";

/** What a list shows of a root. */
const LISTED = "partition, saga_id, status, conditions, shown, created_at_ms, updated_at_ms";
const BOUNDS = "created_at_ms >= ? AND created_at_ms < ? AND (created_at_ms, saga_id, partition) > (?, ?, ?)";
const ORDER = "ORDER BY created_at_ms ASC, saga_id ASC, partition ASC LIMIT ?";

const BY_STATUS = `SELECT ${LISTED} FROM saga_instance
  WHERE root IS NULL AND removed = 0 AND ${SAGA_OF_PARTITION} = ? AND status = ? AND ${BOUNDS} ${ORDER}`;
const BY_CONDITION = `SELECT ${LISTED} FROM saga_instance
  WHERE root IS NULL AND removed = 0 AND conditions <> '' AND ${BOUNDS} AND instr(' ' || conditions || ' ', ' ' || ? || ' ') > 0 ${ORDER}`;
const BY_TAG = `SELECT ${LISTED} FROM
    (SELECT saga_id AS tagged_id, partition AS tagged_partition FROM saga_tag WHERE tag = ? AND ${BOUNDS} ${ORDER})
  CROSS JOIN saga_instance ON partition = tagged_partition AND saga_id = tagged_id AND removed = 0
  ORDER BY created_at_ms ASC, saga_id ASC, partition ASC`;

/** The same index, read from its other end. */
function newestFirst(sql: string): string {
  return sql.replaceAll(" ASC", " DESC").replace(") > (", ") < (");
}

/** What is prepared. */
export const SQL = {
  getLease: "SELECT owner, epoch, expires_at_ms FROM saga_lease WHERE partition = ?",
  putLease: `INSERT INTO saga_lease (partition, owner, epoch, expires_at_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (partition) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, expires_at_ms = excluded.expires_at_ms`,
  releaseLease: "UPDATE saga_lease SET owner = NULL, expires_at_ms = ? WHERE partition = ? AND owner = ? AND epoch = ?",
  countChange: "UPDATE saga_lease SET changes = changes + 1 WHERE partition = ?",
  changes: "SELECT partition, changes FROM saga_lease",

  putWorker: `INSERT INTO saga_worker (owner, serves, until_ms) VALUES (?, ?, ?)
    ON CONFLICT (owner) DO UPDATE SET serves = excluded.serves, until_ms = excluded.until_ms`,
  dropWorkers: "DELETE FROM saga_worker WHERE owner = ? OR until_ms <= ?",
  workers: "SELECT owner, serves FROM saga_worker ORDER BY owner",
  // From partition to partition by the index: a look costs the same however many sagas each of them has.
  occupied: `WITH RECURSIVE
    live(name) AS (
      SELECT (SELECT partition FROM saga_instance WHERE live = 1 AND root IS NULL ORDER BY partition LIMIT 1)
      UNION ALL
      SELECT (SELECT partition FROM saga_instance WHERE live = 1 AND root IS NULL AND partition > live.name ORDER BY partition LIMIT 1)
        FROM live WHERE live.name IS NOT NULL
    ),
    asked(name) AS (
      SELECT (SELECT partition FROM saga_command WHERE result_status IS NULL ORDER BY partition LIMIT 1)
      UNION ALL
      SELECT (SELECT partition FROM saga_command WHERE result_status IS NULL AND partition > asked.name ORDER BY partition LIMIT 1)
        FROM asked WHERE asked.name IS NOT NULL
    )
    SELECT found.name AS partition, saga_lease.owner, coalesce(saga_lease.expires_at_ms, 0) AS expires_at_ms,
      EXISTS (SELECT 1 FROM live WHERE live.name = found.name) AS live,
      coalesce((SELECT accepted_at_ms FROM saga_command
        WHERE partition = found.name AND result_status IS NULL ORDER BY position LIMIT 1), 0) AS accepted_at_ms
    FROM (SELECT name FROM live UNION SELECT name FROM asked) AS found
    LEFT JOIN saga_lease ON saga_lease.partition = found.name
    WHERE found.name IS NOT NULL ORDER BY found.name`,

  getInstance:
    "SELECT version, commit_id, records, texts, held, shown, over_at_ms, removed FROM saga_instance WHERE partition = ? AND saga_id = ?",
  addInstance: `INSERT INTO saga_instance
    (version, commit_id, status, live, active, conditions, records, updated_at_ms, shown, over_at_ms, texts, apart, base, partition, saga_id, root,
      created_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  putInstance: `UPDATE saga_instance
    SET version = ?, commit_id = ?, status = ?, live = ?, active = ?, conditions = ?, records = ?, updated_at_ms = ?, shown = ?, over_at_ms = ?,
      texts = ?, apart = ?, base = ?, held = NULL, rest = NULL
    WHERE partition = ? AND saga_id = ?`,
  changeInstance: `UPDATE saga_instance
    SET version = ?, commit_id = ?, status = ?, live = ?, active = ?, conditions = ?, records = ?, updated_at_ms = ?, shown = ?, over_at_ms = ?,
      texts = texts + 1
    WHERE partition = ? AND saga_id = ?`,
  logInstance: `UPDATE saga_instance
    SET version = ?, commit_id = ?, status = ?, live = ?, active = ?, conditions = ?, records = ?, updated_at_ms = ?, shown = ?, over_at_ms = ?,
      held = coalesce(held, ?), rest = coalesce(?, rest)
    WHERE partition = ? AND saga_id = ?`,
  addText: "INSERT INTO saga_snapshot (partition, saga_id, version, text) VALUES (?, ?, ?, ?)",
  dropTexts: "DELETE FROM saga_snapshot WHERE partition = ? AND saga_id = ?",
  // One statement, hence one consistent view although other processes write meanwhile.
  load: `SELECT 0 AS nth, base AS text, apart, held, records, rest, removed, version, commit_id, status, conditions, created_at_ms, updated_at_ms,
      (SELECT json_group_array(json_array(key, due_at_ms) ORDER BY due_at_ms, key) FROM saga_timer
        WHERE saga_timer.partition = saga_instance.partition AND saga_timer.saga_id = saga_instance.saga_id) AS timers
    FROM saga_instance WHERE partition = ?1 AND saga_id = ?2
    UNION ALL
    SELECT version, text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM saga_snapshot WHERE partition = ?1 AND saga_id = ?2
    ORDER BY nth`,
  active: "SELECT saga_id FROM saga_instance WHERE partition = ? AND saga_id > ? AND active = 1 ORDER BY saga_id LIMIT ?",
  children: `SELECT saga_id, status, conditions FROM saga_instance
    WHERE partition = ? AND root = ? AND saga_id > ? ORDER BY saga_id LIMIT ?`,

  // From saga to saga by the index: a look costs the same however many there are of each.
  sagas: `WITH RECURSIVE of(name) AS (
      SELECT (SELECT min(${SAGA_OF_PARTITION}) FROM saga_instance WHERE root IS NULL AND removed = 0)
      UNION ALL
      SELECT (SELECT min(${SAGA_OF_PARTITION}) FROM saga_instance WHERE root IS NULL AND removed = 0 AND ${SAGA_OF_PARTITION} > of.name)
        FROM of WHERE of.name IS NOT NULL
    )
    SELECT name FROM of WHERE name IS NOT NULL`,
  // Removed ones too: from partition to partition by the primary key.
  everySaga: `WITH RECURSIVE held(name) AS (
      SELECT (SELECT min(partition) FROM saga_instance)
      UNION ALL
      SELECT (SELECT min(partition) FROM saga_instance WHERE partition > held.name) FROM held WHERE held.name IS NOT NULL
    )
    SELECT DISTINCT substr(name, 1, instr(name, '/') - 1) AS name FROM held WHERE name IS NOT NULL ORDER BY name`,
  byStatus: BY_STATUS,
  byStatusNewest: newestFirst(BY_STATUS),
  byCondition: BY_CONDITION,
  byConditionNewest: newestFirst(BY_CONDITION),
  byTag: BY_TAG,
  byTagNewest: newestFirst(BY_TAG),
  countByStatus: `SELECT count(*) AS count FROM saga_instance
    WHERE root IS NULL AND removed = 0 AND ${SAGA_OF_PARTITION} = ? AND status = ? AND created_at_ms >= ? AND created_at_ms < ?`,
  addTag:
    "INSERT OR IGNORE INTO saga_tag (tag, created_at_ms, saga_id, partition) SELECT ?, created_at_ms, saga_id, partition FROM saga_instance WHERE partition = ? AND saga_id = ?",

  over: `SELECT saga_id FROM saga_instance
    WHERE partition = ? AND removed = 0 AND over_at_ms <= ? ORDER BY over_at_ms LIMIT ?`,
  setRemoved: `UPDATE saga_instance
    SET removed = 1, version = version + 1, active = 0, conditions = '', shown = '', records = 0, texts = 0, apart = 0, base = '',
      held = NULL, rest = NULL
    WHERE partition = ? AND saga_id = ?`,
  dropTags: "DELETE FROM saga_tag WHERE partition = ? AND saga_id = ?",
  dropTimers: "DELETE FROM saga_timer WHERE partition = ? AND saga_id = ?",
  beingRemoved:
    "SELECT saga_id FROM saga_instance WHERE partition = ? AND removed = 1 AND over_at_ms IS NOT NULL ORDER BY over_at_ms LIMIT 1",
  firstChild: "SELECT saga_id FROM saga_instance WHERE partition = ? AND root = ? ORDER BY saga_id LIMIT 1",
  dropRecords: `DELETE FROM saga_history WHERE partition = ?1 AND saga_id = ?2
    AND number IN (SELECT number FROM saga_history WHERE partition = ?1 AND saga_id = ?2 ORDER BY number LIMIT ?3)`,
  dropInstance: "DELETE FROM saga_instance WHERE partition = ? AND saga_id = ?",
  isRemoved: "UPDATE saga_instance SET removed = 2 WHERE partition = ? AND saga_id = ?",
  forgettable: `SELECT saga_id FROM saga_instance
    WHERE partition = ? AND removed = 2 AND over_at_ms <= ? ORDER BY over_at_ms LIMIT 1`,
  dropCommands: `DELETE FROM saga_command WHERE position IN
    (SELECT position FROM saga_command WHERE partition = ? AND ${ROOT_OF_COMMAND} = ? LIMIT ?)`,

  putTimer: `INSERT INTO saga_timer (partition, saga_id, key, due_at_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (partition, saga_id, key) DO UPDATE SET due_at_ms = excluded.due_at_ms`,
  clearTimer: "DELETE FROM saga_timer WHERE partition = ? AND saga_id = ? AND key = ?",
  due: "SELECT saga_id, key, due_at_ms FROM saga_timer WHERE partition = ? ORDER BY due_at_ms, saga_id, key LIMIT ?",

  dropLastRecords: "DELETE FROM saga_history WHERE partition = ? AND saga_id = ? AND number > ?",
  addRecord: "INSERT INTO saga_history (partition, saga_id, number, at_ms, text) VALUES (?, ?, ?, ?, ?)",
  history: `SELECT number, at_ms, text FROM saga_history
    WHERE partition = ? AND saga_id = ? AND number > ? ORDER BY number LIMIT ?`,

  isThere: `SELECT 1 FROM saga_command WHERE partition = ? AND ${ROOT_OF_COMMAND} = ? UNION ALL
    SELECT 1 FROM saga_instance WHERE partition = ? AND saga_id = ? LIMIT 1`,
  getCommand: "SELECT kind, payload FROM saga_command WHERE partition = ? AND id = ?",
  starts:
    "SELECT partition, payload FROM saga_command WHERE kind = 'start' AND id = ? AND partition > ? AND partition < ? ORDER BY position",
  addCommand: "INSERT INTO saga_command (partition, id, saga_id, kind, payload, accepted_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
  consume: `UPDATE saga_command SET result_status = ?, result_code = ?, result_message = ?
    WHERE partition = ? AND id = ? AND position = ? AND result_status IS NULL`,
  pending: `SELECT position, id, saga_id, kind, payload, accepted_at_ms FROM saga_command
    WHERE partition = ? AND result_status IS NULL ORDER BY position LIMIT ?`,
  // Ids are encoded: "//", with which what follows the root's begins in a child's, is %2F%2F.
  pendingWithout: `SELECT position, id, saga_id, kind, payload, accepted_at_ms FROM saga_command
    WHERE partition = ? AND result_status IS NULL
      AND (kind = 'release' OR substr(saga_id, 1, instr(saga_id || '%2F%2F', '%2F%2F') - 1) NOT IN (SELECT value FROM json_each(?)))
    ORDER BY position LIMIT ?`,
  commandResult: "SELECT result_status, result_code, result_message FROM saga_command WHERE partition = ? AND id = ?",
  lastPosition: "SELECT coalesce(max(position), 0) AS position FROM saga_command",
  commandsAfter:
    "SELECT position, partition, saga_id, kind FROM saga_command WHERE position > ? AND result_status IS NULL ORDER BY position LIMIT 1000",

  dataVersion: "PRAGMA data_version",
} as const;

export type Statements = { readonly [Name in keyof typeof SQL]: StatementSync };

export function prepareStatements(db: DatabaseSync): Statements {
  const prepared: Partial<Record<keyof typeof SQL, StatementSync>> = {};
  for (const name of Object.keys(SQL) as (keyof typeof SQL)[]) prepared[name] = db.prepare(SQL[name]);
  return prepared as Statements;
}
