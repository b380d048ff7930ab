-- Appends a command unless one of its id is there, consumed or not. Also called inside a transaction of the service's own, on its
-- connection: then `channel` is named, so that the hint is heard when that transaction commits, and not if it does not.
-- Answers null where it was appended, [kind, payload] of the one that is there, ['elsewhere', partition, payload] of a start under another version,
-- ['absent'] where it is no start and neither its saga nor any command of it is there.
CREATE FUNCTION "saga"."append"(
  to_partition text, command_id text, of_saga text, command_kind text, command_payload text, virtual_ms bigint, channel text, hint text
) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = "saga", pg_temp
AS $append$
DECLARE
  there record;
  begun boolean := false;
  of_share text := split_part(to_partition, '@', 1) || '/' || split_part(to_partition, '/', 2);
BEGIN
  IF command_kind = 'start' THEN
    -- Waits for whoever is starting the same id, under whatever version; as below.
    INSERT INTO start (share, id, partition) VALUES (of_share, command_id, to_partition) ON CONFLICT DO NOTHING;
    begun := FOUND;
    IF NOT begun THEN
      SELECT command.partition, command.payload INTO there
      FROM start JOIN command ON command.partition = start.partition AND command.id = start.id
      WHERE start.share = of_share AND start.id = command_id AND start.partition <> to_partition;
      IF FOUND THEN
        RETURN json_build_array('elsewhere', there.partition, there.payload);
      END IF;
    END IF;
  ELSE
    -- Whoever forgets it (remove.sql) leaves it while this transaction is open, or this one waits for that: see there.
    PERFORM 1 FROM command
    WHERE command.partition = to_partition AND split_part(command.saga_id, '%2F%2F', 1) = split_part(of_saga, '%2F%2F', 1)
    LIMIT 1 FOR KEY SHARE;
    IF NOT FOUND THEN
      PERFORM 1 FROM instance
      WHERE instance.partition = to_partition AND instance.saga_id = split_part(of_saga, '%2F%2F', 1)
      FOR KEY SHARE;
      IF NOT FOUND THEN
        -- One that is there is told, whatever saga it is of.
        SELECT kind, payload INTO there FROM command WHERE partition = to_partition AND id = command_id;
        IF FOUND THEN
          RETURN json_build_array(there.kind, there.payload);
        END IF;
        RETURN json_build_array('absent');
      END IF;
    END IF;
  END IF;
  -- Waits for whoever is adding the same id; the look that follows is a statement of its own, so that it sees what was committed by then.
  INSERT INTO command (partition, id, saga_id, kind, payload, accepted_at_ms)
  VALUES (
    to_partition, command_id, of_saga, command_kind, command_payload,
    coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
  )
  ON CONFLICT (partition, id) DO NOTHING;
  IF FOUND THEN
    IF command_kind = 'start' AND NOT begun THEN
      -- What stood there at first was forgotten meanwhile.
      INSERT INTO start (share, id, partition) VALUES (of_share, command_id, to_partition) ON CONFLICT DO NOTHING;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'another version was first to start it anew' USING ERRCODE = 'serialization_failure';
      END IF;
    END IF;
    IF channel IS NOT NULL THEN
      PERFORM pg_notify(channel, hint);
    END IF;
    RETURN NULL;
  END IF;
  SELECT kind, payload INTO STRICT there FROM command WHERE partition = to_partition AND id = command_id;
  IF begun AND there.kind <> 'start' THEN
    -- A command of another kind has its id: it takes that for no version.
    DELETE FROM start WHERE start.share = of_share AND start.id = command_id;
  END IF;
  RETURN json_build_array(there.kind, there.payload);
END
$append$;
