-- $1: the condition; $2, $3: began from, to; $4, $5, $6: the place after which it begins; $7: how many at most. Few sagas have any condition.
SELECT partition, saga_id, status, conditions, shown, created_at_ms, updated_at_ms
FROM "saga".instance
WHERE root IS NULL AND removed = 0 AND conditions <> '' AND $1::text = ANY (string_to_array(conditions, ' '))
  AND created_at_ms >= $2::bigint AND created_at_ms < $3::bigint
  AND (created_at_ms, saga_id, partition) > ($4::bigint, $5::text COLLATE "C", $6::text COLLATE "C")
ORDER BY created_at_ms ASC, saga_id ASC, partition ASC
LIMIT $7::int
