SELECT saga_id
FROM "saga".instance
WHERE partition = $1 AND saga_id > $2 AND live AND root IS NULL
ORDER BY saga_id
LIMIT $3
