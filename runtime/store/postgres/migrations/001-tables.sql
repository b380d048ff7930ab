-- The tables. Ids, keys and names of partitions are stored percent-encoded (partition.ts), hence ASCII, and "C" gives the order that all
-- stores share. Texts are `text`, not jsonb: the order of keys is part of a saga's state.

-- A row stays for ever: the epoch must never begin anew. Renewed all the time, hence narrow, with room for new versions of a row.
CREATE TABLE "saga".lease (
  partition text COLLATE "C" PRIMARY KEY,
  owner text COLLATE "C",
  epoch bigint NOT NULL,
  expires_at_ms bigint NOT NULL
) WITH (fillfactor = 50);

-- long_id: the whole id where it is longer than a key may be, and saga_id holds a digest (keys.ts).
CREATE TABLE "saga".instance (
  partition text COLLATE "C" NOT NULL,
  saga_id text COLLATE "C" NOT NULL,
  long_id text COLLATE "C",
  root text COLLATE "C",
  live boolean NOT NULL,
  version bigint NOT NULL,
  commit_id text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  conditions text COLLATE "C" NOT NULL,
  records bigint NOT NULL,
  created_at_ms bigint NOT NULL,
  updated_at_ms bigint NOT NULL,
  snapshot text NOT NULL,
  PRIMARY KEY (partition, saga_id)
) WITH (fillfactor = 80);
CREATE INDEX instance_live ON "saga".instance (partition, saga_id) WHERE live AND root IS NULL;
CREATE INDEX instance_children ON "saga".instance (partition, root, saga_id) WHERE root IS NOT NULL;

CREATE TABLE "saga".timer (
  partition text COLLATE "C" NOT NULL,
  saga_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  due_at_ms bigint NOT NULL,
  PRIMARY KEY (partition, saga_id, key)
);
CREATE INDEX timer_due ON "saga".timer (partition, due_at_ms, saga_id, key);

CREATE TABLE "saga".history (
  partition text COLLATE "C" NOT NULL,
  saga_id text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  at_ms bigint NOT NULL,
  record text NOT NULL,
  PRIMARY KEY (partition, saga_id, number)
);

-- Consumed row by row: a transaction that commits late shows a command behind which others were consumed already.
CREATE TABLE "saga".command (
  partition text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  saga_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  payload text NOT NULL,
  accepted_at_ms bigint NOT NULL,
  result_status text COLLATE "C",
  result_code text,
  result_message text,
  PRIMARY KEY (partition, id)
);
CREATE INDEX command_pending ON "saga".command (partition, position) WHERE result_status IS NULL;
