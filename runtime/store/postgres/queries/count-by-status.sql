-- $1: sagas at versions; $2: statuses; $3, $4: began from, to.
SELECT count(*) AS count
FROM unnest($1::text[]) AS asked(name)
CROSS JOIN unnest($2::text[]) AS wanted(status)
CROSS JOIN LATERAL (
  SELECT FROM "saga".instance
  WHERE root IS NULL AND removed = 0
    AND split_part(partition, '/', 1) = asked.name COLLATE "C" AND instance.status = wanted.status COLLATE "C"
    AND created_at_ms >= $3::bigint AND created_at_ms < $4::bigint
) AS found
