-- $1, $2, $3: partitions, how many commands of each at most, and the bytes of payloads after which none comes. n: the partition's place, from 1.
SELECT asked.n::int AS n, there.*
FROM unnest($1::text[], $2::int[], $3::bigint[]) WITH ORDINALITY AS asked(partition, most, bytes, n)
CROSS JOIN LATERAL (
  SELECT position, id, saga_id, kind, payload, accepted_at_ms,
    sum(octet_length(payload)) OVER (ORDER BY position) - octet_length(payload) AS before
  FROM (
    SELECT position, id, saga_id, kind, payload, accepted_at_ms
    FROM "saga".command
    WHERE command.partition = asked.partition COLLATE "C" AND result_status IS NULL
    ORDER BY position
    LIMIT asked.most
  ) AS page
) AS there
WHERE there.before < asked.bytes
ORDER BY asked.n, there.position
