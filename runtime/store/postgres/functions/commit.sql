-- Commits sagas, each family (a root and its children) on its own: a refused one does not take others along.
--
-- Columns of the parts, an element each: lease_*: as it is held; family: a number; kinds, snapshots: what is written of the snapshot (whole, change, or
-- rest, where null is one that is as it was); showns: null, where it says nothing; overs: whether it is over; counts: how many records it adds; replaces: and in the
-- place of how many, the last ones.
-- Rows of the parts, each with the part's place, from 1: records, with their place in it; tags; cleared timers; timers; consumed commands.
-- virtual_ms: only under virtual time.
-- Answers { now, parts }; a part: ["committed", version], ["conflict", version, commit] or ["fenced"]
--
-- Locks come first, leases before instances and both in the order of their keys, and each statement sees what was committed before it
-- (read committed): so all that is compared below is current, and stays so. A saga that two create at once ends in unique_violation for one of
-- them; nothing of that call is written then, and the caller runs it again.
CREATE FUNCTION "saga"."commit"(
  partitions text[], lease_owners text[], lease_epochs bigint[], ids text[], longs text[], roots text[], families int[], lives boolean[], actives boolean[],
  expecteds bigint[], commits text[], statuses text[], conditions_of text[], kinds text[], snapshots text[], showns text[], overs boolean[], counts int[],
  replaces int[],
  record_parts int[], record_places int[], record_texts text[],
  tag_parts int[], tag_keys text[],
  cleared_parts int[], cleared_keys text[],
  timer_parts int[], timer_keys text[], timer_ms bigint[], timer_instants boolean[],
  consumed_parts int[], consumed_ids text[], consumed_positions text[], result_statuses text[], result_codes text[], result_messages text[],
  virtual_ms bigint
) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = "saga", pg_temp
-- Plans are kept for the life of a connection, also those made while the tables were small. For the same reason each table is looked up
-- one key at a time below (OFFSET 0 keeps the planner from turning that around), and written by the place of the row (ctid).
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $commit$
DECLARE
  now_ms bigint;
  -- What is there, by part.
  helds boolean[];
  goods boolean[];
  places tid[];
  versions bigint[];
  commits_there text[];
  records_there bigint[];
  changes_there bigint[];
  logs_there bigint[];
  unknowns boolean[];
  created_there bigint[];
BEGIN
  PERFORM FROM (
    SELECT DISTINCT asked.partition COLLATE "C" AS partition FROM unnest(partitions) AS asked(partition) ORDER BY 1 OFFSET 0
  ) AS asked
  CROSS JOIN LATERAL (SELECT FROM lease WHERE lease.partition = asked.partition OFFSET 0 FOR KEY SHARE) AS locked;

  PERFORM FROM (
    SELECT asked.partition COLLATE "C" AS partition, asked.id COLLATE "C" AS id FROM unnest(partitions, ids) AS asked(partition, id) ORDER BY 1, 2 OFFSET 0
  ) AS asked
  CROSS JOIN LATERAL (
    SELECT FROM instance WHERE instance.partition = asked.partition AND instance.saga_id = asked.id OFFSET 0 FOR UPDATE
  ) AS locked;

  now_ms := coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);

  SELECT
    array_agg(looked.held), array_agg(looked.good), array_agg(looked.place), array_agg(looked.version), array_agg(looked.commit_id),
    array_agg(looked.records), array_agg(looked.changes), array_agg(looked.holds), array_agg(looked.unknown), array_agg(looked.created_at_ms)
  INTO helds, goods, places, versions, commits_there, records_there, changes_there, logs_there, unknowns, created_there
  FROM (
    SELECT
      asked.n,
      lease.partition IS NOT NULL AS held,
      bool_and(
        lease.partition IS NOT NULL AND coalesce(there.version, 0) = asked.expected AND NOT (asked.kind = 'change' AND there.holds IS NOT NULL)
          -- With a rest: no more than lead on from the texts.
          AND asked.replaced <= coalesce(there.records, 0) - CASE WHEN asked.kind = 'rest' THEN coalesce(there.holds, there.records, 0) ELSE 0 END
      ) OVER (PARTITION BY asked.family) AS good,
      there.place,
      coalesce(there.version, 0) AS version,
      there.commit_id,
      coalesce(there.records, 0) AS records,
      coalesce(there.changes, 0) AS changes,
      there.holds,
      coalesce(there.shown, '') = '' AS unknown,
      there.created_at_ms
    FROM unnest(partitions, lease_owners, lease_epochs, ids, families, expecteds, kinds, replaces) WITH ORDINALITY
      AS asked(partition, owner, epoch, id, family, expected, kind, replaced, n)
    LEFT JOIN LATERAL (
      SELECT lease.partition FROM lease
      WHERE lease.partition = asked.partition AND lease.owner = asked.owner AND lease.epoch = asked.epoch
      OFFSET 0
    ) AS lease ON true
    LEFT JOIN LATERAL (
      SELECT
        instance.ctid AS place, instance.version, instance.commit_id, instance.records, instance.changes, instance.held AS holds, instance.shown,
        instance.created_at_ms
      FROM instance
      WHERE instance.partition = asked.partition AND instance.saga_id = asked.id
      OFFSET 0
    ) AS there ON true
    ORDER BY asked.n
  ) AS looked;

  UPDATE instance SET
    version = instance.version + 1, commit_id = one.commit, status = one.status, live = one.live, active = one.active, conditions = one.conditions,
    records = instance.records - one.replaced + one.count, updated_at_ms = now_ms,
    -- The column itself where it stays: what lies out of the row is not written again.
    base = CASE WHEN one.kind = 'whole' THEN one.snapshot ELSE instance.base END,
    changes = CASE one.kind WHEN 'whole' THEN 0 WHEN 'change' THEN instance.changes + 1 ELSE instance.changes END,
    held = CASE WHEN one.kind = 'rest' THEN coalesce(instance.held, instance.records) END,
    rest = CASE WHEN one.kind = 'rest' THEN coalesce(one.snapshot, instance.rest) END,
    shown = coalesce(one.shown, instance.shown),
    -- From the first commit that says so. What was removed stays so.
    over_at_ms = CASE WHEN one.over OR instance.removed > 0 THEN coalesce(instance.over_at_ms, now_ms) END
  FROM unnest(goods, places, lives, actives, commits, statuses, conditions_of, kinds, snapshots, showns, overs, counts, replaces)
    AS one(good, place, live, active, commit, status, conditions, kind, snapshot, shown, over, count, replaced)
  WHERE one.good AND instance.ctid = one.place;

  IF 0 = ANY (expecteds) THEN
    INSERT INTO instance (
      partition, saga_id, long_id, root, live, active, version, commit_id, status, conditions, records, created_at_ms, updated_at_ms, base, shown, over_at_ms
    )
    SELECT
      one.partition, one.id, one.long, one.root, one.live, one.active, 1, one.commit, one.status, one.conditions, one.count,
      now_ms, now_ms, one.snapshot, coalesce(one.shown, ''), CASE WHEN one.over THEN now_ms END
    FROM unnest(goods, versions, partitions, ids, longs, roots, lives, actives, commits, statuses, conditions_of, snapshots, showns, overs, counts)
      AS one(good, version, partition, id, long, root, live, active, commit, status, conditions, snapshot, shown, over, count)
    WHERE one.good AND one.version = 0
    ORDER BY one.partition COLLATE "C", one.id COLLATE "C";
  END IF;

  IF 'change' = ANY (kinds) THEN
    INSERT INTO change (partition, saga_id, version, change)
    SELECT one.partition, one.id, one.version + 1, one.snapshot
    FROM unnest(goods, partitions, ids, versions, kinds, snapshots) AS one(good, partition, id, version, kind, snapshot)
    WHERE one.good AND one.kind = 'change';
  END IF;

  IF 0 < ANY (changes_there) THEN
    DELETE FROM change WHERE change.ctid = ANY (ARRAY(
      SELECT there.place
      FROM unnest(goods, partitions, ids, changes_there, kinds) AS one(good, partition, id, changes, kind)
      CROSS JOIN LATERAL (
        SELECT change.ctid AS place FROM change WHERE change.partition = one.partition AND change.saga_id = one.id OFFSET 0
      ) AS there
      WHERE one.good AND one.kind = 'whole' AND one.changes > 0
    ));
  END IF;

  -- Tags never change: they are written when a saga says them first.
  IF cardinality(tag_parts) > 0 THEN
    INSERT INTO tag (tag, created_at_ms, saga_id, partition)
    SELECT said.tag, coalesce(created_there[said.part], now_ms), ids[said.part], partitions[said.part]
    FROM unnest(tag_parts, tag_keys) AS said(part, tag)
    WHERE goods[said.part] AND unknowns[said.part]
    ON CONFLICT DO NOTHING;
  END IF;

  IF 0 < ANY (replaces) THEN
    DELETE FROM history WHERE history.ctid = ANY (ARRAY(
      SELECT there.place
      FROM unnest(goods, partitions, ids, records_there, replaces) AS one(good, partition, id, records, replaced)
      CROSS JOIN LATERAL (
        SELECT history.ctid AS place FROM history
        WHERE history.partition = one.partition AND history.saga_id = one.id AND history.number > one.records - one.replaced
        OFFSET 0
      ) AS there
      WHERE one.good AND one.replaced > 0
    ));
  END IF;

  INSERT INTO history (partition, saga_id, number, at_ms, text)
  SELECT partitions[said.part], ids[said.part], records_there[said.part] - replaces[said.part] + said.place, now_ms, said.record
  FROM unnest(record_parts, record_places, record_texts) AS said(part, place, record)
  WHERE goods[said.part];

  -- The caller leaves out of them what is set as well.
  IF cardinality(cleared_parts) > 0 THEN
    DELETE FROM timer WHERE timer.ctid = ANY (ARRAY(
      SELECT there.place
      FROM unnest(cleared_parts, cleared_keys) AS gone(part, key)
      CROSS JOIN LATERAL (
        SELECT timer.ctid AS place FROM timer
        WHERE timer.partition = partitions[gone.part] AND timer.saga_id = ids[gone.part] AND timer.key = gone.key
        OFFSET 0
      ) AS there
      WHERE goods[gone.part]
    ));
  END IF;

  IF cardinality(timer_parts) > 0 THEN
    INSERT INTO timer (partition, saga_id, key, due_at_ms)
    SELECT
      partitions[wanted.part], ids[wanted.part], wanted.key,
      least(greatest(now_ms, CASE WHEN wanted.instant THEN wanted.ms ELSE now_ms + wanted.ms END), 9007199254740991)
    FROM unnest(timer_parts, timer_keys, timer_ms, timer_instants) AS wanted(part, key, ms, instant)
    WHERE goods[wanted.part]
    ON CONFLICT (partition, saga_id, key) DO UPDATE SET due_at_ms = excluded.due_at_ms;
  END IF;

  IF cardinality(consumed_parts) > 0 THEN
    UPDATE command SET result_status = taken.status, result_code = taken.code, result_message = taken.message
    FROM (
      SELECT DISTINCT ON (there.place) there.place, one.status, one.code, one.message
      FROM unnest(consumed_parts, consumed_ids, consumed_positions, result_statuses, result_codes, result_messages)
        AS one(part, id, "position", status, code, message)
      -- What is pending is asked of what was found by its key, never the other way round: as many may wait as there are.
      CROSS JOIN LATERAL (
        SELECT command.ctid AS place, command.position, command.result_status FROM command
        WHERE command.partition = partitions[one.part] AND command.id = one.id
        OFFSET 0
      ) AS there
      WHERE goods[one.part] AND there.position::text = one.position AND there.result_status IS NULL
      ORDER BY there.place, one.part
    ) AS taken
    WHERE command.ctid = taken.place;
  END IF;

  RETURN (
    SELECT json_build_object('now', now_ms, 'parts', json_agg(
      CASE
        WHEN NOT one.held THEN json_build_array('fenced')
        WHEN one.good THEN json_build_array('committed', one.version + 1)
        ELSE json_build_array('conflict', one.version, one.commit)
      END ORDER BY one.n
    ))
    FROM unnest(helds, goods, versions, commits_there) WITH ORDINALITY AS one(held, good, version, commit, n)
  );
END
$commit$;
