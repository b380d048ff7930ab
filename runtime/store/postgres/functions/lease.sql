-- Takes or renews leases. requests: [{ n, partition, epoch }], n from 1 in the order asked; epoch: the one held, to renew it; null: take it.
-- Answers in the order asked: [epoch, expires at], or null where it is not given.
--
-- A renewal updates no key, so it does not wait for commits (FOR KEY SHARE); a take-over locks FOR UPDATE, so it waits for those that are
-- under way, and what they wrote is there before the new owner reads. Rows are taken in the order of partitions: no two wait in a circle.
CREATE FUNCTION "saga"."lease"(requests json, asker text, ttl_ms bigint, virtual_ms bigint) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = "saga", pg_temp
AS $lease$
DECLARE
  request record;
  held lease%ROWTYPE;
  now_ms bigint;
  answers json[] := array_fill(NULL::json, ARRAY[json_array_length(requests)]);
BEGIN
  FOR request IN
    SELECT asked.n, asked.partition, asked.epoch
    FROM json_to_recordset(requests) AS asked(n int, partition text, epoch bigint)
    ORDER BY asked.partition COLLATE "C", asked.n
  LOOP
    IF request.epoch IS NULL THEN
      -- A look first: whoever polls in vain must not hold up the owner's commits, nor write anything.
      SELECT * INTO held FROM lease WHERE lease.partition = request.partition;
      now_ms := coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);
      CONTINUE WHEN held.owner IS NOT NULL AND held.owner <> asker AND held.expires_at_ms > now_ms;
      INSERT INTO lease (partition, owner, epoch, expires_at_ms) VALUES (request.partition, NULL, 0, 0) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT held FROM lease WHERE lease.partition = request.partition FOR UPDATE;
      now_ms := coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);
      CONTINUE WHEN held.owner IS NOT NULL AND held.owner <> asker AND held.expires_at_ms > now_ms;
      UPDATE lease SET owner = asker, epoch = held.epoch + 1, expires_at_ms = now_ms + ttl_ms
      WHERE lease.partition = request.partition
      RETURNING * INTO held;
    ELSE
      UPDATE lease SET expires_at_ms =
        coalesce(virtual_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) + ttl_ms
      WHERE lease.partition = request.partition AND lease.owner = asker AND lease.epoch = request.epoch
      RETURNING * INTO held;
      CONTINUE WHEN NOT FOUND;
    END IF;
    answers[request.n] := json_build_array(held.epoch, held.expires_at_ms);
  END LOOP;
  RETURN to_json(answers);
END
$lease$;
