-- Room for the next versions of a row on its own page: a saga grows with what its steps answer, and is written at each of them. Where there is room
-- and no index speaks of what changed, none of the indexes is written. Of pages that are written from now on.
ALTER TABLE "saga".instance SET (fillfactor = 50);

-- By the saga first: as a second index that begins with the partition it was taken for what the key is for, and read through all of a partition.
DROP INDEX "saga".command_root;
CREATE INDEX command_root ON "saga".command (split_part(saga_id, '%2F%2F', 1), partition);
