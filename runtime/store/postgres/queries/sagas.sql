-- From saga to saga by the index: a look costs the same however many there are of each.
WITH RECURSIVE sagas(name) AS (
  (SELECT split_part(partition, '/', 1) FROM "saga".instance WHERE root IS NULL AND removed = 0 ORDER BY split_part(partition, '/', 1) LIMIT 1)
  UNION ALL
  SELECT (
    SELECT split_part(partition, '/', 1) FROM "saga".instance
    WHERE root IS NULL AND removed = 0 AND split_part(partition, '/', 1) > sagas.name
    ORDER BY split_part(partition, '/', 1) LIMIT 1
  ) FROM sagas WHERE sagas.name IS NOT NULL
)
SELECT name FROM sagas WHERE name IS NOT NULL
