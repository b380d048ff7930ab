-- One statement, hence one consistent view although others write meanwhile.
SELECT
  version, commit_id, status, conditions, created_at_ms, updated_at_ms, removed, base, held, records, rest,
  (
    SELECT coalesce(json_agg(change.change ORDER BY change.version), '[]'::json)
    FROM "saga".change
    WHERE change.partition = instance.partition AND change.saga_id = instance.saga_id
  ) AS changes,
  (
    SELECT coalesce(json_agg(json_build_array(timer.key, timer.due_at_ms) ORDER BY timer.due_at_ms, timer.key), '[]'::json)
    FROM "saga".timer
    WHERE timer.partition = instance.partition AND timer.saga_id = instance.saga_id
  ) AS timers
FROM "saga".instance
WHERE partition = $1 AND saga_id = $2
