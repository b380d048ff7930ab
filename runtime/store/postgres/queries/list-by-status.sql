-- $1: sagas at versions; $2: statuses; $3, $4: began from, to; $5, $6, $7: the place after which it begins; $8: how many at most.
-- Every one of them is a range of the index, read in its order.
SELECT found.*
FROM unnest($1::text[]) AS asked(name)
CROSS JOIN unnest($2::text[]) AS wanted(status)
CROSS JOIN LATERAL (
  SELECT partition, saga_id, status, conditions, shown, created_at_ms, updated_at_ms
  FROM "saga".instance
  WHERE root IS NULL AND removed = 0
    AND split_part(partition, '/', 1) = asked.name COLLATE "C" AND instance.status = wanted.status COLLATE "C"
    AND created_at_ms >= $3::bigint AND created_at_ms < $4::bigint
    AND (created_at_ms, saga_id, partition) > ($5::bigint, $6::text COLLATE "C", $7::text COLLATE "C")
  ORDER BY created_at_ms ASC, saga_id ASC, partition ASC
  LIMIT $8::int
) AS found
ORDER BY created_at_ms ASC, saga_id ASC, partition ASC
LIMIT $8::int
