-- The one start of a saga's id, whatever its version: the partition that it is in. share: `PlaceOrder/3`, the saga and the index, which are the
-- same in all versions. Of two that are there from before the first holds.
CREATE TABLE "saga".start (
  share text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  partition text COLLATE "C" NOT NULL,
  PRIMARY KEY (share, id)
);
INSERT INTO "saga".start (share, id, partition)
SELECT split_part(partition, '@', 1) || '/' || split_part(partition, '/', 2), id, partition FROM "saga".command WHERE kind = 'start' ORDER BY position
ON CONFLICT DO NOTHING;
