-- Commits sagas, each family (a root and its children) on its own: a refused one does not take others along.
--
-- call    now: only under virtual time; parts, each:
--           n (from 1), partition, owner, epoch: of the lease; id, long, root (or null), family (a number), live, active,
--           expected (version), commit, status, conditions, kind (of snapshot: whole, change or rest), snapshot (its place in texts; null: a
--           rest that is as it was), shown (its place, or null),
--           tags [key …], over, first, count (records in texts),
--           cleared [key …], timers [{ key, ms, instant }], consumed [{ position, id, status, code, message }] (places in texts, or null)
-- texts   long texts, as they are
-- answer  { now, parts }; a part: ["committed", version], ["conflict", version, commit] or ["fenced"]
--
-- Locks come first, leases before instances and both in the order of their keys, and each statement sees what was committed before it
-- (read committed): so all that is compared below is current. A saga that two create at once ends in unique_violation for one of them;
-- nothing of that call is written then, and the caller runs it again.
CREATE FUNCTION "saga"."commit"(call json, texts text[]) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = "saga", pg_temp
-- Plans are kept for the life of a connection, also those made while the tables were small. For the same reason each table is looked up
-- one key at a time below (OFFSET 0 keeps the planner from turning that around), and written by the place of the row (ctid).
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $commit$
DECLARE
  part record;
  now_ms bigint;
  answer json;
BEGIN
  FOR part IN
    SELECT DISTINCT asked.partition COLLATE "C" AS partition
    FROM json_to_recordset(call -> 'parts') AS asked(partition text)
    ORDER BY 1
  LOOP
    PERFORM FROM lease WHERE lease.partition = part.partition FOR KEY SHARE;
  END LOOP;

  FOR part IN
    SELECT asked.partition COLLATE "C" AS partition, asked.id COLLATE "C" AS id
    FROM json_to_recordset(call -> 'parts') AS asked(partition text, id text)
    ORDER BY 1, 2
  LOOP
    PERFORM FROM instance WHERE instance.partition = part.partition AND instance.saga_id = part.id FOR UPDATE;
  END LOOP;

  now_ms := coalesce((call ->> 'now')::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);

  WITH looked AS MATERIALIZED (
    SELECT
      asked.*,
      lease.partition IS NOT NULL AS held,
      there.place,
      coalesce(there.version, 0) AS version,
      there.commit_id,
      coalesce(there.records, 0) AS records,
      coalesce(there.changes, 0) AS changes,
      there.held AS holds,
      coalesce(there.shown, '') AS known,
      there.created_at_ms
    FROM json_to_recordset(call -> 'parts') AS asked(
      n int, partition text, owner text, epoch bigint, id text, long text, root text, family int, live boolean, active boolean, expected bigint,
      commit text, status text, conditions text, kind text, snapshot int, shown int, tags json, over boolean, first int, count int, cleared json, timers json,
      consumed json
    )
    LEFT JOIN LATERAL (
      SELECT lease.partition FROM lease
      WHERE lease.partition = asked.partition AND lease.owner = asked.owner AND lease.epoch = asked.epoch
      OFFSET 0
    ) AS lease ON true
    LEFT JOIN LATERAL (
      SELECT
        instance.ctid AS place, instance.version, instance.commit_id, instance.records, instance.changes, instance.held, instance.shown, instance.created_at_ms
      FROM instance
      WHERE instance.partition = asked.partition AND instance.saga_id = asked.id
      OFFSET 0
    ) AS there ON true
  ),
  good AS MATERIALIZED (
    SELECT * FROM looked
    WHERE looked.family NOT IN (
      SELECT other.family FROM looked AS other WHERE NOT other.held OR other.version <> other.expected OR (other.kind = 'change' AND other.holds IS NOT NULL)
    )
  ),
  updated AS (
    UPDATE instance SET
      version = good.version + 1, commit_id = good.commit, status = good.status, live = good.live, active = good.active, conditions = good.conditions,
      records = good.records + good.count, updated_at_ms = now_ms,
      -- The column itself where it stays: what lies out of the row is not written again.
      base = CASE WHEN good.kind = 'whole' THEN texts[good.snapshot] ELSE instance.base END,
      changes = CASE good.kind WHEN 'whole' THEN 0 WHEN 'change' THEN good.changes + 1 ELSE good.changes END,
      held = CASE WHEN good.kind = 'rest' THEN coalesce(good.holds, good.records) END,
      rest = CASE WHEN good.kind = 'rest' THEN coalesce(texts[good.snapshot], instance.rest) END,
      shown = coalesce(texts[good.shown], instance.shown),
      -- From the first commit that says so. What was removed stays so.
      over_at_ms = CASE WHEN good.over OR instance.removed > 0 THEN coalesce(instance.over_at_ms, now_ms) END
    FROM good
    WHERE instance.ctid = good.place
  ),
  inserted AS (
    INSERT INTO instance (
      partition, saga_id, long_id, root, live, active, version, commit_id, status, conditions, records, created_at_ms, updated_at_ms, base, shown, over_at_ms
    )
    SELECT
      good.partition, good.id, good.long, good.root, good.live, good.active, 1, good.commit, good.status, good.conditions, good.count,
      now_ms, now_ms, texts[good.snapshot], coalesce(texts[good.shown], ''),
      CASE WHEN good.over THEN now_ms END
    FROM good
    WHERE good.version = 0
    ORDER BY good.partition COLLATE "C", good.id COLLATE "C"
  ),
  changed AS (
    INSERT INTO change (partition, saga_id, version, change)
    SELECT good.partition, good.id, good.version + 1, texts[good.snapshot]
    FROM good
    WHERE good.kind = 'change'
  ),
  dropped AS (
    DELETE FROM change WHERE change.ctid = ANY (ARRAY(
      SELECT there.place
      FROM good
      CROSS JOIN LATERAL (
        SELECT change.ctid AS place FROM change
        WHERE change.partition = good.partition AND change.saga_id = good.id
        OFFSET 0
      ) AS there
      WHERE good.kind = 'whole' AND good.changes > 0
    ))
  ),
  -- Tags never change: they are written when a saga says them first.
  tagged AS (
    INSERT INTO tag (tag, created_at_ms, saga_id, partition)
    SELECT said.tag, coalesce(good.created_at_ms, now_ms), good.id, good.partition
    FROM good CROSS JOIN LATERAL json_array_elements_text(good.tags) AS said(tag)
    WHERE good.known = ''
    ON CONFLICT DO NOTHING
  ),
  recorded AS (
    INSERT INTO history (partition, saga_id, number, at_ms, record)
    SELECT good.partition, good.id, good.records + step, now_ms, texts[good.first + step - 1]
    FROM good CROSS JOIN LATERAL generate_series(1, good.count) AS step
  ),
  -- The caller leaves out of `cleared` what is set as well.
  cleared AS (
    DELETE FROM timer WHERE timer.ctid = ANY (ARRAY(
      SELECT there.place
      FROM good
      CROSS JOIN LATERAL json_array_elements_text(good.cleared) AS gone
      CROSS JOIN LATERAL (
        SELECT timer.ctid AS place FROM timer
        WHERE timer.partition = good.partition AND timer.saga_id = good.id AND timer.key = gone
        OFFSET 0
      ) AS there
    ))
  ),
  set_timers AS (
    INSERT INTO timer (partition, saga_id, key, due_at_ms)
    SELECT
      good.partition, good.id, wanted.key,
      least(greatest(now_ms, CASE WHEN wanted.instant THEN wanted.ms ELSE now_ms + wanted.ms END), 9007199254740991)
    FROM good CROSS JOIN LATERAL json_to_recordset(good.timers) AS wanted(key text, ms bigint, instant boolean)
    ON CONFLICT (partition, saga_id, key) DO UPDATE SET due_at_ms = excluded.due_at_ms
  ),
  consumed AS (
    UPDATE command SET
      result_status = taken.status, result_code = texts[taken.code], result_message = texts[taken.message]
    FROM (
      SELECT DISTINCT ON (there.place) there.place, one.status, one.code, one.message
      FROM good
      CROSS JOIN LATERAL json_to_recordset(good.consumed) AS one(position text, id text, status text, code int, message int)
      CROSS JOIN LATERAL (
        SELECT command.ctid AS place FROM command
        WHERE command.partition = good.partition AND command.id = one.id AND command.position::text = one.position
          AND command.result_status IS NULL
        OFFSET 0
      ) AS there
      ORDER BY there.place, good.n
    ) AS taken
    WHERE command.ctid = taken.place
  )
  SELECT json_build_object('now', now_ms, 'parts', json_agg(
    CASE
      WHEN NOT looked.held THEN json_build_array('fenced')
      WHEN good.n IS NOT NULL THEN json_build_array('committed', looked.version + 1)
      ELSE json_build_array('conflict', looked.version, looked.commit_id)
    END ORDER BY looked.n
  ))
  INTO answer
  FROM looked LEFT JOIN good ON good.n = looked.n;
  RETURN answer;
END
$commit$;
