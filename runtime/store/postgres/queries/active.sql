SELECT coalesce(long_id, saga_id) AS id
FROM "saga".instance
WHERE partition = $1 AND saga_id > $2 AND active
ORDER BY saga_id
LIMIT $3
