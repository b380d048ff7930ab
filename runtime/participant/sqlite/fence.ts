import type { DatabaseSync } from "node:sqlite";
import type { InquiryAnswer } from "../../engine/definition.ts";
import { SagaError } from "../../errors.ts";
import { answered, decideCall, decideFailure, decideInquiry, decideUndo } from "../decide.ts";
import { checkScope, type Fence, isDeclared, type Outcome, outputOf, told } from "../fence.ts";
import { type FenceAnswer, type FenceContext, type FenceRecord, parseRecord, recordText } from "../record.ts";
import { transactionEnded } from "../refusal.ts";

export interface SqliteFenceOptions {
  /** Of the service's own file. It waits for other processes as its `timeout` says. */
  readonly db: DatabaseSync;
  /** Names the service, where several share a file. 1 to 255 bytes. */
  readonly scope: string;
}

/** As `Fence`; but an effect is synchronous, since the connection has one transaction at a time. One that is not is refused (RT5003). */
export interface SqliteFence extends Fence<DatabaseSync> {
  /** Removes what no call asked to be kept any longer; answers with how many. To be called now and then. */
  forget(): number;
}

const TABLE = `CREATE TABLE IF NOT EXISTS saga_fence (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  record TEXT NOT NULL,
  keep_until_ms INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID`;

const NOW_MS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/**
 * A fence in a service's own SQLite file. Its statements, in this order:
 *
 * 1. `BEGIN IMMEDIATE`: the only writer from here on; where another process is, it waits, then fails with SQLITE_BUSY, and nothing happened
 * 2. `SELECT`: the record; `SAVEPOINT`, which is gone where the effect ends the transaction (RT5003)
 * 3. the effect, unless the record says otherwise
 * 4. `RELEASE`, then `INSERT … ON CONFLICT DO UPDATE`: the record
 * 5. `COMMIT`; without a record to write, `ROLLBACK`
 *
 * Isolation is serializable: there is one writer. A declared error: `ROLLBACK`, then 1, 2, 4, 5 once more for the error.
 */
export function sqliteFence({ db, scope: name }: SqliteFenceOptions): SqliteFence {
  const scope = checkScope(name);
  db.exec(TABLE);
  const read = db.prepare("SELECT record FROM saga_fence WHERE scope = ? AND key = ?");
  const write = db.prepare(`INSERT INTO saga_fence (scope, key, record, keep_until_ms) VALUES (?, ?, ?, ${NOW_MS} + ?)
    ON CONFLICT (scope, key) DO UPDATE SET record = excluded.record, keep_until_ms = max(keep_until_ms, excluded.keep_until_ms)`);
  const forget = db.prepare(`DELETE FROM saga_fence WHERE scope = ? AND keep_until_ms < ${NOW_MS}`);

  function locked<T>(key: string, keepForMs: number, run: (record: FenceRecord | null) => Outcome<T>): T {
    db.exec("BEGIN IMMEDIATE");
    try {
      const record = parseRecord(read.get(scope, key)?.record, key);
      db.exec("SAVEPOINT saga_fence");
      const outcome = ran(key, record, run);
      if (outcome.write !== null) write.run(scope, key, recordText(outcome.write), Math.ceil(keepForMs));
      db.exec(outcome.write !== null ? "COMMIT" : "ROLLBACK");
      return outcome.value;
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Also where it throws: what the effect has committed by then stands, and is not what the error says. */
  function ran<T>(key: string, record: FenceRecord | null, run: (record: FenceRecord | null) => Outcome<T>): Outcome<T> {
    let outcome: Outcome<T>;
    try {
      outcome = run(record);
    } catch (error) {
      if (!rollsBack(error)) release(db, key, error);
      throw error;
    }
    release(db, key);
    return outcome;
  }

  function call<Output>(ctx: FenceContext, effect: (db: DatabaseSync) => Output | Promise<Output>): Output {
    refuseAsync(effect, ctx.idempotencyKey);
    let answer: FenceAnswer;
    try {
      answer = locked<FenceAnswer>(ctx.idempotencyKey, ctx.keepForMs, (record) => {
        const decision = decideCall(record, ctx);
        if (decision.kind === "answer") return { write: decision.write, value: decision.answer };
        const output = outputOf(atOnce(effect(db), ctx.idempotencyKey));
        return { write: answered(ctx, output), value: { kind: "output", output } };
      });
    } catch (error) {
      if (!isDeclared(error)) throw error;
      answer = locked(ctx.idempotencyKey, ctx.keepForMs, (record) => {
        const decision = decideFailure(record, ctx, error);
        return { write: decision.write, value: decision.answer };
      });
    }
    return told<Output>(answer);
  }

  return {
    call: async (ctx, effect) => call(ctx, effect),
    async undo(ctx, effect) {
      refuseAsync(effect, ctx.forwardKey);
      locked(ctx.forwardKey, ctx.keepForMs, (record) => {
        const decision = decideUndo(record, ctx);
        if (decision.effect !== null) atOnce(effect(db, decision.effect.output), ctx.forwardKey);
        return { write: decision.write, value: undefined };
      });
    },
    async inquire<Output>(ctx: FenceContext) {
      return locked(ctx.forwardKey, ctx.keepForMs, (record) => {
        const decision = decideInquiry(record, ctx);
        return { write: decision.write, value: decision.answer as InquiryAnswer<Output> };
      });
    },
    forget: () => Number(forget.run(scope).changes),
  };
}

/** Fails where no transaction is left, or another one was begun. `cause`: what the effect threw after that. */
function release(db: DatabaseSync, key: string, cause?: unknown): void {
  try {
    db.exec("RELEASE saga_fence");
  } catch {
    throw transactionEnded(key, cause);
  }
}

/** SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_IOERR, SQLITE_FULL: SQLite itself may have rolled the transaction back. https://sqlite.org/lang_transaction.html */
function rollsBack(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return false;
  return [7, 9, 10, 13].includes(error.errcode & 0xff);
}

/** Before it is called: what it does after it first waits could not be rolled back. */
function refuseAsync(effect: (...given: never[]) => unknown, key: string): void {
  if (effect.constructor.name !== "AsyncFunction") return;
  throw new SagaError(
    "RT5003",
    `the effect of ${key} is an async function: in SQLite it must be done when it returns. Nothing was done.`,
  );
}

/** Whoever waits inside a transaction lets others into it. */
function atOnce<T>(value: T | Promise<T>, key: string): T {
  // Not only a promise: what a query builder hands over begins when it is waited for, which would be after the COMMIT.
  if (typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function") {
    if (value instanceof Promise) value.catch(() => undefined);
    throw new SagaError(
      "RT5003",
      `the effect of ${key} is asynchronous: in SQLite it must be done when it returns. What it did before it first waited was rolled back; the rest may still come.`,
    );
  }
  return value as T;
}
