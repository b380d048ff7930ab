-- What a root is found by. One of before shows nothing until its next commit.
ALTER TABLE "saga".instance ADD COLUMN shown text NOT NULL DEFAULT '';

-- split_part: `PlaceOrder@1`, of the partition `PlaceOrder@1/3`.
CREATE INDEX instance_listed ON "saga".instance (split_part(partition, '/', 1), status, created_at_ms, saga_id, partition) WHERE root IS NULL;
CREATE INDEX instance_conditions ON "saga".instance (created_at_ms, saga_id, partition) WHERE root IS NULL AND conditions <> '';

CREATE TABLE "saga".tag (
  tag text COLLATE "C" NOT NULL,
  created_at_ms bigint NOT NULL,
  saga_id text COLLATE "C" NOT NULL,
  partition text COLLATE "C" NOT NULL,
  PRIMARY KEY (tag, created_at_ms, saga_id, partition)
);
