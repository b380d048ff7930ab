-- $1: [{ partition, owner, epoch }]. The epoch stays.
UPDATE "saga".lease SET owner = NULL
FROM json_to_recordset($1::json) AS given(partition text, owner text, epoch bigint)
WHERE lease.partition = given.partition AND lease.owner = given.owner AND lease.epoch = given.epoch
