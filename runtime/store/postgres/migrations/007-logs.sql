-- held: the last record of which the texts of a snapshot know, where the saga's log leads on from them, with rest beside it. The column gets
-- another name so that functions of older workers stop with an error instead of missing the records.
ALTER TABLE "saga".instance RENAME COLUMN whole TO base;
ALTER TABLE "saga".instance ADD COLUMN held bigint;
ALTER TABLE "saga".instance ADD COLUMN rest text;
