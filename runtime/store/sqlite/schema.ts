/**
 * The tables, and what a file must say of itself before it is used. Ids, keys and partition names are stored percent-encoded
 * (`partition.ts`), so the binary order of a column is the order that all stores share.
 */
import type { DatabaseSync } from "node:sqlite";
import { SagaError } from "../../errors.ts";

/** Raised with every change of the tables that an older saga would misread. */
export const SQLITE_FORMAT = 9;

/**
 * What of a snapshot does not stand in its saga's row, by the version that wrote it: the changes since it was last written whole, and that
 * one too where it is long (`apart`), so that a commit does not write it again. `saga_instance.texts`: how many rows.
 */
const SNAPSHOTS = `
  CREATE TABLE saga_snapshot (
    partition TEXT NOT NULL,
    saga_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (partition, saga_id, version)
  ) STRICT, WITHOUT ROWID;
`;

/** `PlaceOrder@1`, of a row's partition `PlaceOrder@1/3`. Spelt the same wherever an index on it is to be used. */
export const SAGA_OF_PARTITION = "substr(partition, 1, instr(partition, '/') - 1)";

/** What a root is found by: see `listing.ts`. A saga of before shows nothing until its next commit. */
const LISTING = `
  ALTER TABLE saga_instance ADD COLUMN shown TEXT NOT NULL DEFAULT '';
  CREATE INDEX saga_instance_listed
    ON saga_instance (${SAGA_OF_PARTITION}, status, created_at_ms, saga_id, partition) WHERE root IS NULL;
  CREATE INDEX saga_instance_conditions
    ON saga_instance (created_at_ms, saga_id, partition) WHERE root IS NULL AND conditions <> '';
  CREATE TABLE saga_tag (
    tag TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    saga_id TEXT NOT NULL,
    partition TEXT NOT NULL,
    PRIMARY KEY (tag, created_at_ms, saga_id, partition)
  ) STRICT, WITHOUT ROWID;
`;

/** `order-42`, of a command's saga `order-42//trip.1.0`, both encoded. */
export const ROOT_OF_COMMAND = "substr(saga_id, 1, instr(saga_id || '%2F%2F', '%2F%2F') - 1)";

/** Since when a root is over, and how far it was taken away: 0 it is there, 1 its family is being taken away, 2 only that it was is left. */
const RETENTION = `
  ALTER TABLE saga_instance ADD COLUMN over_at_ms INTEGER;
  ALTER TABLE saga_instance ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
  UPDATE saga_instance SET over_at_ms = updated_at_ms
    WHERE root IS NULL AND status <> 'running' AND live = 0 AND instr(conditions, 'parked') = 0 AND instr(conditions, 'quarantined') = 0;
  CREATE INDEX saga_instance_over ON saga_instance (partition, removed, over_at_ms) WHERE over_at_ms IS NOT NULL;
  DROP INDEX saga_instance_listed;
  CREATE INDEX saga_instance_listed
    ON saga_instance (${SAGA_OF_PARTITION}, status, created_at_ms, saga_id, partition) WHERE root IS NULL AND removed = 0;
  CREATE INDEX saga_tag_saga ON saga_tag (partition, saga_id);
  CREATE INDEX saga_command_root ON saga_command (partition, ${ROOT_OF_COMMAND});
`;

/** By which a start finds one of the same id under another version. */
const STARTS = "CREATE INDEX saga_command_start ON saga_command (id, partition) WHERE kind = 'start';";

/**
 * `held`: the last record of which the texts of a snapshot know, where its log leads on from them, with `rest` beside it. The column gets another
 * name once more.
 */
const LOGS = `
  ALTER TABLE saga_instance RENAME COLUMN whole TO base;
  ALTER TABLE saga_instance ADD COLUMN held INTEGER;
  ALTER TABLE saga_instance ADD COLUMN rest TEXT;
`;

/** A record may stand for many from here on: an older process that holds the file would fold it as one. */
const COUNTED = "ALTER TABLE saga_history RENAME COLUMN record TO text;";

/** By the format that a file has. The column gets another name so that an older process that holds the file stops with an error. */
const MIGRATIONS: Readonly<Record<number, string>> = {
  3: `ALTER TABLE saga_instance RENAME COLUMN snapshot TO whole;
    ALTER TABLE saga_instance ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE saga_instance ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
    ${SNAPSHOTS}`,
  4: LISTING,
  5: RETENTION,
  6: STARTS,
  7: LOGS,
  8: COUNTED,
};

const TABLES = `
  CREATE TABLE saga_meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- A row stays for ever: the epoch must never begin anew. \`changes\` counts commits, for watchers in other processes.
  CREATE TABLE saga_lease (
    partition TEXT PRIMARY KEY,
    owner TEXT,
    epoch INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    changes INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE saga_worker (
    owner TEXT PRIMARY KEY,
    serves TEXT NOT NULL,
    until_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE saga_instance (
    partition TEXT NOT NULL,
    saga_id TEXT NOT NULL,
    root TEXT,
    live INTEGER NOT NULL,
    active INTEGER NOT NULL,
    version INTEGER NOT NULL,
    commit_id TEXT NOT NULL,
    status TEXT NOT NULL,
    conditions TEXT NOT NULL,
    records INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    texts INTEGER NOT NULL DEFAULT 0,
    apart INTEGER NOT NULL DEFAULT 0,
    whole TEXT NOT NULL,
    PRIMARY KEY (partition, saga_id)
  ) STRICT;
  CREATE INDEX saga_instance_live ON saga_instance (partition, saga_id) WHERE live = 1 AND root IS NULL;
  CREATE INDEX saga_instance_active ON saga_instance (partition, saga_id) WHERE active = 1;
  CREATE INDEX saga_instance_children ON saga_instance (partition, root, saga_id) WHERE root IS NOT NULL;

  CREATE TABLE saga_timer (
    partition TEXT NOT NULL,
    saga_id TEXT NOT NULL,
    key TEXT NOT NULL,
    due_at_ms INTEGER NOT NULL,
    PRIMARY KEY (partition, saga_id, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX saga_timer_due ON saga_timer (partition, due_at_ms, saga_id, key);

  CREATE TABLE saga_history (
    partition TEXT NOT NULL,
    saga_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (partition, saga_id, number)
  ) STRICT, WITHOUT ROWID;

  -- AUTOINCREMENT: a position is never given twice. One writer at a time, so positions become visible in their order.
  CREATE TABLE saga_command (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    partition TEXT NOT NULL,
    id TEXT NOT NULL,
    saga_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    accepted_at_ms INTEGER NOT NULL,
    result_status TEXT,
    result_code TEXT,
    result_message TEXT,
    UNIQUE (partition, id)
  ) STRICT;
  CREATE INDEX saga_command_pending ON saga_command (partition, position) WHERE result_status IS NULL;
`;

/**
 * Inside a write transaction: makes the tables in a new file, checks those of an old one. Answers with the number of partitions that
 * holds. `partitions`: what was asked for; `null`: whatever the file has.
 */
export function prepareFile(db: DatabaseSync, path: string, partitions: number | null, defaultPartitions: number): number {
  const isNew = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'saga_meta'").get() === undefined;
  if (isNew) {
    const chosen = partitions ?? defaultPartitions;
    db.exec(TABLES);
    db.exec(SNAPSHOTS);
    db.exec(LISTING);
    db.exec(RETENTION);
    db.exec(STARTS);
    db.exec(LOGS);
    db.exec(COUNTED);
    const put = db.prepare("INSERT INTO saga_meta (name, value) VALUES (?, ?)");
    put.run("format", String(SQLITE_FORMAT));
    put.run("partitions", String(chosen));
    return chosen;
  }
  const get = db.prepare("SELECT value FROM saga_meta WHERE name = ?");
  const format = migrated(db, Number(get.get("format")?.value));
  if (format !== SQLITE_FORMAT) {
    throw new SagaError(
      "RT2004",
      `${path} has store format ${format}, this version of saga reads ${SQLITE_FORMAT}. Use the version of saga that wrote it.`,
    );
  }
  const stored = Number(get.get("partitions")?.value);
  if (partitions !== null && partitions !== stored) {
    throw new SagaError(
      "RT2006",
      `${path} was made with ${stored} partitions and cannot be opened with ${partitions}. Leave the option out, or ask for ${stored}.`,
    );
  }
  return stored;
}

/** Brings the tables of an older format up to date; answers with the format that holds then. */
function migrated(db: DatabaseSync, format: number): number {
  const migration = MIGRATIONS[format];
  if (migration === undefined) return format;
  db.exec(migration);
  db.prepare("UPDATE saga_meta SET value = ? WHERE name = 'format'").run(String(format + 1));
  return migrated(db, format + 1);
}
