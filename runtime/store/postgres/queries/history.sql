-- $4, $5: how many records at most, and the bytes of records after which none comes.
SELECT number, at_ms, text
FROM (
  SELECT number, at_ms, text, sum(octet_length(text)) OVER (ORDER BY number) - octet_length(text) AS before
  FROM (
    SELECT number, at_ms, text
    FROM "saga".history
    WHERE partition = $1 AND saga_id = $2 AND number > $3
    ORDER BY number
    LIMIT $4
  ) AS page
) AS there
WHERE before < $5::bigint
ORDER BY number
