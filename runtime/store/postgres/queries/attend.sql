-- $1: the worker; $2: what it serves; $3: for how long, 0: it leaves; $4: the virtual time, or null. No two parts change the same row.
WITH clock AS (
  SELECT coalesce($4::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS now_ms
),
gone AS (
  DELETE FROM "saga".worker USING clock
  WHERE (worker.owner <> $1::text AND worker.until_ms <= clock.now_ms) OR (worker.owner = $1::text AND $3::bigint = 0)
),
here AS (
  INSERT INTO "saga".worker (owner, serves, until_ms)
  SELECT $1::text, $2::text, clock.now_ms + $3::bigint FROM clock WHERE $3::bigint > 0
  ON CONFLICT (owner) DO UPDATE SET serves = excluded.serves, until_ms = excluded.until_ms
)
SELECT worker.owner, worker.serves FROM "saga".worker, clock WHERE worker.until_ms > clock.now_ms AND worker.owner <> $1::text
UNION ALL
SELECT $1::text COLLATE "C", $2::text WHERE $3::bigint > 0
