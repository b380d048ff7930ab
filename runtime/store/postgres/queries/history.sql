SELECT number, at_ms, text
FROM "saga".history
WHERE partition = $1 AND saga_id = $2 AND number > $3
ORDER BY number
LIMIT $4
