-- Takes away what is over in a partition: first what it was, then that it was. A call takes about at_most rows.
-- Answers [removed, forgotten, rows that were left of at_most].
--
-- A root that somebody else has in hand, or a command of it, is left to the next call, so that a removal waits for nobody. Who asks something of a
-- root meanwhile waits for it, which is as long as at_most rows take.
CREATE FUNCTION "saga"."remove"(of_partition text, keep_ms bigint, remember_ms bigint, at_most int, virtual_ms bigint) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = "saga", pg_temp
SET enable_seqscan = off
AS $remove$
DECLARE
  now_ms bigint := coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);
  left_over int := at_most;
  removed_count int := 0;
  forgotten_count int := 0;
  root_id text;
  member_id text;
  stage int;
  gone int;
  alone boolean;
BEGIN
  FOR root_id IN
    SELECT instance.saga_id FROM instance
    WHERE instance.partition = of_partition AND instance.removed = 0 AND instance.over_at_ms <= now_ms - keep_ms
    ORDER BY instance.over_at_ms
    LIMIT left_over
    FOR UPDATE SKIP LOCKED
  LOOP
    DELETE FROM change WHERE change.partition = of_partition AND change.saga_id = root_id;
    DELETE FROM timer WHERE timer.partition = of_partition AND timer.saga_id = root_id;
    DELETE FROM tag WHERE tag.partition = of_partition AND tag.saga_id = root_id;
    UPDATE instance SET
      removed = 1, version = version + 1, active = false, conditions = '', shown = '', records = 0, base = '',
      changes = 0, held = NULL, rest = NULL
    WHERE instance.partition = of_partition AND instance.saga_id = root_id;
    removed_count := removed_count + 1;
    left_over := left_over - 1;
  END LOOP;

  -- First those whose families are being taken away, then those that are to be forgotten, with whatever was written of them since.
  WHILE left_over > 0 LOOP
    SELECT instance.saga_id, instance.removed INTO root_id, stage FROM instance
    WHERE instance.partition = of_partition AND instance.removed = 1 AND instance.over_at_ms IS NOT NULL
    ORDER BY instance.over_at_ms
    LIMIT 1
    FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      SELECT instance.saga_id, instance.removed INTO root_id, stage FROM instance
      WHERE instance.partition = of_partition AND instance.removed = 2 AND instance.over_at_ms <= now_ms - keep_ms - remember_ms
      ORDER BY instance.over_at_ms
      LIMIT 1
      FOR UPDATE SKIP LOCKED;
      EXIT WHEN NOT FOUND;
    END IF;
    alone := false;
    LOOP
      SELECT instance.saga_id INTO member_id FROM instance
      WHERE instance.partition = of_partition AND instance.root = root_id
      ORDER BY instance.saga_id
      LIMIT 1;
      IF NOT FOUND THEN
        member_id := root_id;
      END IF;
      DELETE FROM history WHERE history.ctid = ANY (ARRAY(
        SELECT record.ctid FROM history AS record
        WHERE record.partition = of_partition AND record.saga_id = member_id
        ORDER BY record.number
        LIMIT left_over
      ));
      GET DIAGNOSTICS gone = ROW_COUNT;
      left_over := left_over - gone;
      -- There may be more of its history.
      EXIT WHEN left_over <= 0;
      left_over := left_over - 1;
      IF member_id = root_id THEN
        alone := true;
        EXIT;
      END IF;
      DELETE FROM change WHERE change.partition = of_partition AND change.saga_id = member_id;
      DELETE FROM timer WHERE timer.partition = of_partition AND timer.saga_id = member_id;
      DELETE FROM instance WHERE instance.partition = of_partition AND instance.saga_id = member_id;
      EXIT WHEN left_over <= 0;
    END LOOP;
    EXIT WHEN NOT alone;
    IF stage = 1 THEN
      UPDATE instance SET removed = 2 WHERE instance.partition = of_partition AND instance.saga_id = root_id;
      CONTINUE;
    END IF;
    -- Whoever adds one holds another of them (append.sql), or waits for it here and sees that it is gone.
    WITH dropped AS (
      DELETE FROM command WHERE command.ctid = ANY (ARRAY(
        SELECT one.ctid FROM command AS one
        WHERE one.partition = of_partition AND split_part(one.saga_id, '%2F%2F', 1) = root_id
        LIMIT left_over
        FOR UPDATE SKIP LOCKED
      ))
      RETURNING command.id, command.kind
    ),
    freed AS (
      DELETE FROM start USING dropped
      WHERE dropped.kind = 'start'
        AND start.share = split_part(of_partition, '@', 1) || '/' || split_part(of_partition, '/', 2) AND start.id = dropped.id AND start.partition = of_partition
    )
    SELECT count(*) INTO gone FROM dropped;
    left_over := left_over - gone;
    EXIT WHEN left_over <= 0;
    -- One that was held, or was added meanwhile by whoever held one.
    PERFORM 1 FROM command
    WHERE command.partition = of_partition AND split_part(command.saga_id, '%2F%2F', 1) = root_id
    LIMIT 1;
    EXIT WHEN FOUND;
    DELETE FROM change WHERE change.partition = of_partition AND change.saga_id = root_id;
    DELETE FROM timer WHERE timer.partition = of_partition AND timer.saga_id = root_id;
    DELETE FROM tag WHERE tag.partition = of_partition AND tag.saga_id = root_id;
    DELETE FROM instance WHERE instance.partition = of_partition AND instance.saga_id = root_id;
    forgotten_count := forgotten_count + 1;
    left_over := left_over - 1;
  END LOOP;
  RETURN json_build_array(removed_count, forgotten_count, left_over);
END
$remove$;
