SELECT position, id, saga_id, kind, payload, accepted_at_ms
FROM "saga".command
WHERE partition = $1 AND result_status IS NULL
ORDER BY position
LIMIT $2
