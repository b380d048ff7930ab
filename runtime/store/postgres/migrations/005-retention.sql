-- Since when a root is over, and how far it was taken away: 0 it is there, 1 its family is being taken away, 2 only that it was there is left.
ALTER TABLE "saga".instance ADD COLUMN over_at_ms bigint;
ALTER TABLE "saga".instance ADD COLUMN removed int NOT NULL DEFAULT 0;
UPDATE "saga".instance SET over_at_ms = updated_at_ms
WHERE root IS NULL AND status <> 'running' AND NOT live AND NOT string_to_array(conditions, ' ') && ARRAY['parked', 'quarantined'];
CREATE INDEX instance_over ON "saga".instance (partition, removed, over_at_ms) WHERE over_at_ms IS NOT NULL;

DROP INDEX "saga".instance_listed;
CREATE INDEX instance_listed ON "saga".instance (split_part(partition, '/', 1), status, created_at_ms, saga_id, partition)
WHERE root IS NULL AND removed = 0;
CREATE INDEX tag_saga ON "saga".tag (partition, saga_id);
-- `order-42`, of a command's saga `order-42//trip.1.0`, both encoded.
CREATE INDEX command_root ON "saga".command (partition, split_part(saga_id, '%2F%2F', 1));
