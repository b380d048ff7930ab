-- The tables as format 3 made them. Never changed.
CREATE TABLE saga_meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A row stays for ever: the epoch must never begin anew. `changes` counts commits, for watchers in other processes.
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
  snapshot TEXT NOT NULL,
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
INSERT INTO saga_meta VALUES ('format', '3'), ('partitions', '8');
