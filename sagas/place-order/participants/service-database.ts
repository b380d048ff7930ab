import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { setTimeout } from "node:timers/promises";

/** How a call names itself. A step's context has all of it, so handlers hand it on as it is. */
export interface CallKeys {
  readonly sagaId: string;
  /** The same for every attempt and delivery of this call. */
  readonly idempotencyKey: string;
  /** For an undo or an inquiry: the key of the call that it asks about. */
  readonly forwardKey: string;
}

/** One effect that took place; written in the transaction of the effect itself, so that each can be counted. */
export interface LedgerEntry {
  readonly number: number;
  readonly kind: "forward" | "undo";
  readonly operation: string;
  /** Under which the effect was carried out. For an undo also: whose effect it took back. */
  readonly key: string;
  readonly forwardKey: string;
  readonly sagaId: string;
  readonly atMs: number;
}

/** A definite no, which is recorded like any other answer; nothing was done. */
export interface Refusal<Name extends string> {
  readonly refused: Name;
}

/** What became of a call that somebody asks about later. */
export type Recalled<Answer> =
  | { readonly status: "done"; readonly answer: Answer }
  | { readonly status: "refused" }
  | { readonly status: "undone" }
  | { readonly status: "unheard" };

/**
 * The database of one participant, and what makes it a good one: every call has a key, and its effect, its answer and its line in the
 * ledger are written in one transaction. So a repeat is answered from the record and changes nothing; an undo of what never came leaves a
 * tombstone, and a call that arrives after its undo is turned away.
 */
export class ServiceDatabase {
  readonly service: string;
  readonly #db: DatabaseSync;
  readonly #answerDelayMs: number;

  /** `answerDelayMs`: how long an answer is on its way; the effect has happened by then. */
  constructor(service: string, file: string, schema: string, answerDelayMs: number) {
    this.service = service;
    this.#answerDelayMs = answerDelayMs;
    this.#db = new DatabaseSync(file);
    // Several workers may have it open at once: a writer waits for the one before it.
    this.#db.exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    this.#db.exec(SCHEMA + schema);
  }

  /** Carries a call out once. A repeat gets the recorded answer, be it a refusal; a call that was undone already throws. */
  async once<Answer extends object>(call: CallKeys, operation: string, effect: () => Answer): Promise<Answer> {
    const answer = this.transaction((): Answer => {
      const { sagaId, idempotencyKey } = call;
      const known = this.get("SELECT status, answer FROM calls WHERE key = ?", idempotencyKey);
      if (known?.status === "undone")
        throw new Error(`${this.service}.${operation}: ${idempotencyKey} was undone, it comes too late`);
      if (known !== undefined) return JSON.parse(String(known.answer)) as Answer;
      const made = effect();
      const status = "refused" in made ? "refused" : "done";
      this.run("INSERT INTO calls (key, status, answer) VALUES (?, ?, ?)", idempotencyKey, status, JSON.stringify(made));
      if (status === "done") this.#enter("forward", operation, idempotencyKey, idempotencyKey, sagaId);
      return made;
    });
    await this.#underway();
    return answer;
  }

  /**
   * Takes back, once, what the call under `forwardKey` did; `effect` gets the answer it gave. Where that call never came, or was refused,
   * there is nothing to take back: that is noted, and it is a success.
   */
  async undoOnce<Answer>(call: CallKeys, operation: string, effect: (answer: Answer) => void): Promise<void> {
    this.transaction(() => {
      const { sagaId, idempotencyKey, forwardKey } = call;
      const known = this.get("SELECT status, answer FROM calls WHERE key = ?", forwardKey);
      if (known?.status === "undone") return;
      if (known === undefined) {
        this.run("INSERT INTO calls (key, status) VALUES (?, 'undone')", forwardKey);
        return;
      }
      this.run("UPDATE calls SET status = 'undone' WHERE key = ?", forwardKey);
      if (known.status !== "done") return;
      effect(JSON.parse(String(known.answer)) as Answer);
      this.#enter("undo", operation, idempotencyKey, forwardKey, sagaId);
    });
    await this.#underway();
  }

  /** What became of the call under this key. Changes nothing. */
  async recall<Answer>(forwardKey: string): Promise<Recalled<Answer>> {
    const known = this.get("SELECT status, answer FROM calls WHERE key = ?", forwardKey);
    await this.#underway();
    if (known === undefined) return { status: "unheard" };
    if (known.status === "done") return { status: "done", answer: JSON.parse(String(known.answer)) as Answer };
    return { status: known.status === "refused" ? "refused" : "undone" };
  }

  /** Every effect so far, in order. */
  ledger(): LedgerEntry[] {
    const rows = this.all("SELECT number, kind, operation, key, forward_key, saga_id, at_ms FROM ledger ORDER BY number");
    return rows.map((row) => ({
      number: Number(row.number),
      kind: row.kind === "undo" ? "undo" : "forward",
      operation: String(row.operation),
      key: String(row.key),
      forwardKey: String(row.forward_key),
      sagaId: String(row.saga_id),
      atMs: Number(row.at_ms),
    }));
  }

  transaction<T>(work: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#db.prepare(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#db.prepare(sql).all(...values);
  }

  /** The next number of a series of its own: `R-1`, `R-2` … Part of the transaction around it. */
  nextNumber(prefix: string): string {
    const row = this.get(
      "INSERT INTO numbers (prefix, last) VALUES (?, 1) ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last",
      prefix,
    );
    return `${prefix}-${String(row?.last)}`;
  }

  close(): void {
    this.#db.close();
  }

  #enter(kind: LedgerEntry["kind"], operation: string, key: string, forwardKey: string, sagaId: string): void {
    this.run(
      "INSERT INTO ledger (kind, operation, key, forward_key, saga_id, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
      kind,
      operation,
      key,
      forwardKey,
      sagaId,
      Date.now(),
    );
  }

  async #underway(): Promise<void> {
    if (this.#answerDelayMs > 0) await setTimeout(this.#answerDelayMs);
  }
}

export type Row = Readonly<Record<string, unknown>>;

// The ledger has no unique key on purpose: an effect that is carried out twice must show.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, status TEXT NOT NULL, answer TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS ledger (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, operation TEXT NOT NULL,
    key TEXT NOT NULL, forward_key TEXT NOT NULL, saga_id TEXT NOT NULL, at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS numbers (prefix TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
`;
