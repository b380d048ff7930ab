-- Removed ones too. From partition to partition by the primary key.
WITH RECURSIVE held(name) AS (
  (SELECT partition FROM "saga".instance ORDER BY partition LIMIT 1)
  UNION ALL
  SELECT (SELECT partition FROM "saga".instance WHERE partition > held.name ORDER BY partition LIMIT 1)
  FROM held WHERE held.name IS NOT NULL
)
SELECT DISTINCT split_part(name, '/', 1) AS name FROM held WHERE name IS NOT NULL ORDER BY name
