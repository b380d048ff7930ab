-- What a fence keeps, a row a key. Beside the tables that the effects change: in the same database.
CREATE TABLE IF NOT EXISTS "saga_fence" (
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  record text,
  keep_until timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);
CREATE INDEX IF NOT EXISTS "saga_fence_keep_until" ON "saga_fence" (keep_until);
