-- $1: the virtual time, or null. From partition to partition by the index: a look costs the same however many sagas each of them has.
WITH RECURSIVE live(name) AS (
  (SELECT partition FROM "saga".instance WHERE live AND root IS NULL ORDER BY partition LIMIT 1)
  UNION ALL
  SELECT (
    SELECT partition FROM "saga".instance WHERE live AND root IS NULL AND partition > live.name ORDER BY partition LIMIT 1
  ) FROM live WHERE live.name IS NOT NULL
),
asked(name) AS (
  (SELECT partition FROM "saga".command WHERE result_status IS NULL ORDER BY partition LIMIT 1)
  UNION ALL
  SELECT (
    SELECT partition FROM "saga".command WHERE result_status IS NULL AND partition > asked.name ORDER BY partition LIMIT 1
  ) FROM asked WHERE asked.name IS NOT NULL
)
SELECT
  found.name AS partition,
  lease.owner,
  coalesce(lease.expires_at_ms, 0) AS expires_at_ms,
  EXISTS (SELECT FROM live WHERE live.name = found.name) AS live,
  (
    SELECT accepted_at_ms FROM "saga".command
    WHERE command.partition = found.name AND result_status IS NULL ORDER BY position LIMIT 1
  ) AS accepted_at_ms,
  coalesce($1::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS now_ms
FROM (SELECT name FROM live UNION SELECT name FROM asked) AS found
LEFT JOIN "saga".lease ON lease.partition = found.name
WHERE found.name IS NOT NULL
ORDER BY found.name
