-- $1, $2, $3, $4: partitions, how many commands of each at most, the bytes of payloads after which none comes, and the roots of which, and of whose
-- children, only a release is told (JSON lists; ids are encoded: // is %2F%2F). n: the partition's place, from 1.
SELECT asked.n::int AS n, there.*
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::jsonb[]) WITH ORDINALITY AS asked(partition, most, bytes, without, n)
CROSS JOIN LATERAL (
  SELECT position, id, saga_id, kind, payload, accepted_at_ms,
    sum(octet_length(payload)) OVER (ORDER BY position) - octet_length(payload) AS before
  FROM (
    SELECT position, id, saga_id, kind, payload, accepted_at_ms
    FROM "saga".command
    WHERE command.partition = asked.partition COLLATE "C" AND result_status IS NULL
      AND (asked.without = '[]' OR kind = 'release' OR NOT asked.without ? split_part(saga_id, '%2F%2F', 1))
    ORDER BY position
    LIMIT asked.most
  ) AS page
) AS there
WHERE there.before < asked.bytes
ORDER BY asked.n, there.position
