SELECT coalesce(long_id, saga_id) AS id, status, conditions
FROM "saga".instance
WHERE partition = $1 AND root = $2 AND saga_id > $3
ORDER BY saga_id
LIMIT $4
