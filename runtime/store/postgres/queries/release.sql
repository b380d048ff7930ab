-- $1: [{ partition, owner, epoch }]; $2: the virtual time, or null. The epoch stays.
UPDATE "saga".lease SET owner = NULL, expires_at_ms = coalesce($2::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
FROM json_to_recordset($1::json) AS given(partition text, owner text, epoch bigint)
WHERE lease.partition = given.partition AND lease.owner = given.owner AND lease.epoch = given.epoch
RETURNING lease.partition
