-- Which workers are here and what they serve; and which sagas must be read by whoever takes their partition over.
CREATE TABLE "saga".worker (
  owner text COLLATE "C" PRIMARY KEY,
  serves text NOT NULL,
  until_ms bigint NOT NULL
) WITH (fillfactor = 50);

ALTER TABLE "saga".instance ADD COLUMN active boolean NOT NULL DEFAULT true;
CREATE INDEX instance_active ON "saga".instance (partition, saga_id) WHERE active;
