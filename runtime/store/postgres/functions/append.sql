-- Appends a command unless one of its id is there, consumed or not. Also called inside a transaction of the service's own, on its
-- connection: then `channel` is named, so that the hint is heard when that transaction commits, and not if it does not.
-- Answers null where it was appended, [kind, payload] of the one that is there.
CREATE FUNCTION "saga"."append"(
  to_partition text, command_id text, of_saga text, command_kind text, command_payload text, virtual_ms bigint, channel text, hint text
) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = "saga", pg_temp
AS $append$
DECLARE
  there record;
BEGIN
  -- Waits for whoever is adding the same id; the look that follows is a statement of its own, so that it sees what was committed by then.
  INSERT INTO command (partition, id, saga_id, kind, payload, accepted_at_ms)
  VALUES (
    to_partition, command_id, of_saga, command_kind, command_payload,
    coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
  )
  ON CONFLICT (partition, id) DO NOTHING;
  IF FOUND THEN
    IF channel IS NOT NULL THEN
      PERFORM pg_notify(channel, hint);
    END IF;
    RETURN NULL;
  END IF;
  SELECT kind, payload INTO STRICT there FROM command WHERE partition = to_partition AND id = command_id;
  RETURN json_build_array(there.kind, there.payload);
END
$append$;
