-- $1, $2: partitions and sagas. A row for each of them that is there; n: its place, from 1. One statement, hence one consistent view of each although
-- others write meanwhile. OFFSET 0: one look a saga, whatever the planner thinks of the tables.
SELECT asked.n::int AS n, there.*
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(partition, saga_id, n)
CROSS JOIN LATERAL (
  SELECT
    version, commit_id, status, conditions, created_at_ms, updated_at_ms, removed, base, held, records, rest,
    CASE WHEN changes > 0 THEN (
      SELECT json_agg(change.change ORDER BY change.version)
      FROM "saga".change
      WHERE change.partition = instance.partition AND change.saga_id = instance.saga_id
    ) ELSE '[]'::json END AS changes,
    (
      SELECT coalesce(json_agg(json_build_array(timer.key, timer.due_at_ms) ORDER BY timer.due_at_ms, timer.key), '[]'::json)
      FROM "saga".timer
      WHERE timer.partition = instance.partition AND timer.saga_id = instance.saga_id
    ) AS timers
  FROM "saga".instance
  WHERE instance.partition = asked.partition COLLATE "C" AND instance.saga_id = asked.saga_id COLLATE "C"
  OFFSET 0
) AS there
