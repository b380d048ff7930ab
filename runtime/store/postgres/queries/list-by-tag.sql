-- $1: the tag; $2, $3: began from, to; $4, $5, $6: the place after which it begins; $7: how many at most.
-- OFFSET 0: one look a tag, whatever the planner thinks of the tables.
SELECT instance.partition, instance.saga_id, status, conditions, shown, instance.created_at_ms, updated_at_ms
FROM (
  SELECT created_at_ms, saga_id, partition
  FROM "saga".tag
  WHERE tag = $1::text
    AND created_at_ms >= $2::bigint AND created_at_ms < $3::bigint
    AND (created_at_ms, saga_id, partition) > ($4::bigint, $5::text COLLATE "C", $6::text COLLATE "C")
  ORDER BY created_at_ms ASC, saga_id ASC, partition ASC
  LIMIT $7::int
) AS tagged
CROSS JOIN LATERAL (
  SELECT * FROM "saga".instance WHERE instance.partition = tagged.partition AND instance.saga_id = tagged.saga_id AND removed = 0
  OFFSET 0
) AS instance
ORDER BY created_at_ms ASC, saga_id ASC, partition ASC
