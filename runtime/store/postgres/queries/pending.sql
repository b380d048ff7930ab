-- $1, $2: partitions, and how many commands of each at most. n: the partition's place, from 1.
SELECT asked.n::int AS n, there.*
FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS asked(partition, most, n)
CROSS JOIN LATERAL (
  SELECT position, id, saga_id, kind, payload, accepted_at_ms
  FROM "saga".command
  WHERE command.partition = asked.partition COLLATE "C" AND result_status IS NULL
  ORDER BY position
  LIMIT asked.most
) AS there
ORDER BY asked.n, there.position
