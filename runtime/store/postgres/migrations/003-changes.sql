-- What changed of a saga's snapshot since it was last written whole, by the version that wrote it; instance.changes: how many. The column gets
-- another name so that functions of older workers stop with an error instead of missing the changes.
ALTER TABLE "saga".instance RENAME COLUMN snapshot TO whole;
ALTER TABLE "saga".instance ADD COLUMN changes bigint NOT NULL DEFAULT 0;
CREATE TABLE "saga".change (
  partition text COLLATE "C" NOT NULL,
  saga_id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  change text NOT NULL,
  PRIMARY KEY (partition, saga_id, version)
);
