-- A record may stand for many from here on. The column gets another name so that functions and queries of older workers stop with an error instead
-- of folding it as one.
ALTER TABLE "saga".history RENAME COLUMN record TO text;
