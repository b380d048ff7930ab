-- $1, $2: partitions and commands. A row for each of them that is there; n: its place, from 1.
SELECT asked.n::int AS n, there.*
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(partition, id, n)
CROSS JOIN LATERAL (
  SELECT result_status, result_code, result_message FROM "saga".command
  WHERE command.partition = asked.partition COLLATE "C" AND command.id = asked.id COLLATE "C"
  OFFSET 0
) AS there
