-- $3: the virtual time, or null. One row more than timers: the clock's, so that it is there without any.
WITH clock AS (
  SELECT coalesce($3::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS now_ms
),
next AS (
  SELECT timer.saga_id, timer.key, timer.due_at_ms
  FROM "saga".timer
  WHERE timer.partition = $1
  ORDER BY timer.due_at_ms, timer.saga_id, timer.key
  LIMIT $2
)
SELECT clock.now_ms, coalesce(instance.long_id, next.saga_id) AS saga_id, next.key, next.due_at_ms
FROM clock
LEFT JOIN next ON true
LEFT JOIN "saga".instance ON instance.partition = $1 AND instance.saga_id = next.saga_id
ORDER BY next.due_at_ms, next.saga_id, next.key
