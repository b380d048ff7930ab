-- $1: the server's timeline; $2: ms; $3: the virtual time, or null. Once for each timeline but the first: all leases are nobody's for so long, and
-- their epochs jump past any that may have been lost.
WITH first AS (
  INSERT INTO "saga".meta (name, value) VALUES ('timeline', $1::text) ON CONFLICT (name) DO NOTHING
),
moved AS (
  UPDATE "saga".meta SET value = $1::text WHERE name = 'timeline' AND value <> $1::text RETURNING value
)
UPDATE "saga".lease SET
  owner = 'fail-over',
  epoch = epoch + 1000,
  expires_at_ms = coalesce($3::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) + $2::bigint
WHERE EXISTS (SELECT FROM moved)
