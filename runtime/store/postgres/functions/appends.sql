-- Appends commands of which no two are of one partition and id, those that are not there yet: for as many as are asked at once. Answers with the places
-- (from 1) of those that it has appended. Each of the others is then appended by itself (append.sql), which says what is there.
--
-- Another transaction that is adding one of them may stay open for long: nobody waits for it here, the whole call fails (lock_not_available) instead.
CREATE FUNCTION "saga"."appends"(
  to_partitions text[], command_ids text[], of_sagas text[], command_kinds text[], command_payloads text[], virtual_ms bigint
) RETURNS int[]
LANGUAGE plpgsql VOLATILE
SET search_path = "saga", pg_temp
SET lock_timeout = '20ms'
SET plan_cache_mode = force_generic_plan
AS $appends$
DECLARE
  appended int[];
  unused boolean;
BEGIN
  WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(to_partitions, command_ids, of_sagas, command_kinds, command_payloads)
    WITH ORDINALITY AS asked(partition, id, saga, kind, payload, n)
  ),
  begun AS (
    INSERT INTO start (share, id, partition)
    SELECT split_part(asked.partition, '@', 1) || '/' || split_part(asked.partition, '/', 2), asked.id, asked.partition
    FROM asked
    WHERE asked.kind = 'start'
    ON CONFLICT DO NOTHING
    RETURNING start.partition, start.id
  ),
  known AS MATERIALIZED (
    SELECT asked.n FROM asked
    WHERE asked.kind <> 'start' AND EXISTS (
      SELECT 1 FROM command
      WHERE command.partition = asked.partition COLLATE "C"
        AND split_part(command.saga_id, '%2F%2F', 1) = split_part(asked.saga, '%2F%2F', 1) COLLATE "C"
      LIMIT 1 FOR KEY SHARE
    )
  ),
  added AS (
    INSERT INTO command (partition, id, saga_id, kind, payload, accepted_at_ms)
    SELECT
      asked.partition, asked.id, asked.saga, asked.kind, asked.payload,
      coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
    FROM asked
    LEFT JOIN begun ON begun.partition = asked.partition COLLATE "C" AND begun.id = asked.id COLLATE "C"
    WHERE begun.id IS NOT NULL OR asked.n IN (SELECT known.n FROM known)
    ORDER BY asked.n
    ON CONFLICT (partition, id) DO NOTHING
    RETURNING command.partition, command.id
  )
  SELECT array_agg(asked.n::int), count(*) FILTER (WHERE asked.kind = 'start') < (SELECT count(*) FROM begun) INTO appended, unused
  FROM added JOIN asked ON asked.partition COLLATE "C" = added.partition AND asked.id COLLATE "C" = added.id;
  IF unused THEN
    -- A command of another kind has the id of one of them: it takes that for no version.
    DELETE FROM start
    USING unnest(to_partitions, command_ids) AS asked(partition, id)
    WHERE start.share = split_part(asked.partition, '@', 1) || '/' || split_part(asked.partition, '/', 2) COLLATE "C"
      AND start.id = asked.id COLLATE "C" AND start.partition = asked.partition COLLATE "C"
      AND EXISTS (SELECT FROM command WHERE command.partition = start.partition AND command.id = start.id AND command.kind <> 'start');
  END IF;
  RETURN coalesce(appended, '{}');
END
$appends$;
