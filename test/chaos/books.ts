import { DatabaseSync } from "node:sqlite";
import { DeclaredError } from "@sagac/runtime";
import { type SqliteFence, sqliteFence } from "@sagac/runtime/participant";
import type { Ask } from "./messages.ts";
import { NO_CREDIT, NONE_LEFT } from "./orders.ts";

/** What an order can have of a participant. */
export type Thing = "order" | "stock" | "payment" | "capture" | "shipment";

/** What took place for one saga: how often each thing was given, and taken back. */
export type Sheet = Readonly<Record<Thing, { readonly given: number; readonly takenBack: number }>>;

const THINGS: readonly Thing[] = ["order", "stock", "payment", "capture", "shipment"];

/**
 * The participants' books, in an SQLite file of their own, which no engine writes. Orders, stock and shipping stand behind the step fence; the bank
 * has none: it remembers keys, and does nothing twice under the same. Every effect is a line, so that one too many or too few shows.
 */
export class Books {
  readonly #db: DatabaseSync;
  readonly #fence: SqliteFence;
  /** Calls that came again. */
  repeats = 0;
  /** The longest time between two effects. ms. */
  longestGapMs = 0;
  #lastMs = Number.POSITIVE_INFINITY;

  constructor(file: string) {
    // What is killed are other processes: nothing here need survive a power cut.
    this.#db = new DatabaseSync(file);
    this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    this.#db.exec(`CREATE TABLE effect (number INTEGER PRIMARY KEY, saga TEXT NOT NULL, thing TEXT NOT NULL, back INTEGER NOT NULL) STRICT;
      CREATE INDEX effect_of ON effect (saga); CREATE TABLE bank_key (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`);
    this.#fence = sqliteFence({ db: this.#db, scope: "books" });
  }

  /** Carries out one call. Throws `DeclaredError`, or what the fence throws. */
  async answer(ask: Ask): Promise<unknown> {
    if (ask.ctx.redelivered) this.repeats++;
    const { ctx, input } = ask;
    const orderId = String(input.orderId);
    switch (ask.operation) {
      case "createOrder":
        return await this.#fence.call(ctx, () => this.#write(ctx.sagaId, "order", { createdAt: "2026-01-01T00:00:00Z" }));
      case "cancelOrder":
        return await this.#fence.undo(ctx, () => this.#write(ctx.sagaId, "order", null, true));
      case "reserveStock":
        return await this.#fence.call(ctx, () => {
          const output = this.#write(ctx.sagaId, "stock", { reservationId: `r-${orderId}` });
          // After its line, which the fence then rolls back.
          if (input.sku === NONE_LEFT) throw new DeclaredError("OutOfStock", { sku: NONE_LEFT, left: 0 });
          return output;
        });
      case "releaseStock":
        return await this.#fence.undo(ctx, () => this.#write(ctx.sagaId, "stock", null, true));
      case "requestShipment":
        return await this.#fence.call(ctx, () => this.#write(ctx.sagaId, "shipment", { trackingId: `t-${orderId}` }));
      case "authorizePayment":
        if (input.customerId === NO_CREDIT) throw new DeclaredError("PaymentDeclined", { reason: "no credit" });
        return this.#once(ctx.idempotencyKey, ctx.sagaId, "payment", { authorizationId: `a-${orderId}` });
      case "voidPayment":
        return this.#knows(ctx.forwardKey) ? this.#once(ctx.idempotencyKey, ctx.sagaId, "payment", null, true) : null;
      case "findAuthorization":
        return this.#knows(ctx.forwardKey)
          ? { status: "happened", output: { authorizationId: `a-${orderId}` } }
          : { status: "unknown" };
      case "capturePayment":
        return this.#once(ctx.idempotencyKey, ctx.sagaId, "capture", { paymentId: `p-${orderId}` });
    }
  }

  sheet(sagaId: string): Sheet {
    const rows = this.#db
      .prepare("SELECT thing, back, count(*) AS times FROM effect WHERE saga = ? GROUP BY thing, back")
      .all(sagaId);
    const times = (thing: Thing, back: number): number =>
      Number(rows.find((row) => row.thing === thing && row.back === back)?.times ?? 0);
    return Object.fromEntries(
      THINGS.map((thing) => [thing, { given: times(thing, 0), takenBack: times(thing, 1) }]),
    ) as unknown as Sheet;
  }

  get effects(): number {
    return Number(this.#db.prepare("SELECT count(*) AS times FROM effect").get()?.times ?? 0);
  }

  close(): void {
    this.#db.close();
  }

  #write<Output>(sagaId: string, thing: Thing, output: Output, back = false): Output {
    this.#insert(sagaId, thing, back);
    const nowMs = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    return output;
  }

  #once<Output>(key: string, sagaId: string, thing: Thing, output: Output, back = false): Output {
    this.#db.exec("BEGIN IMMEDIATE");
    const { changes } = this.#db.prepare("INSERT OR IGNORE INTO bank_key (key) VALUES (?)").run(key);
    if (Number(changes) > 0) this.#write(sagaId, thing, output, back);
    this.#db.exec("COMMIT");
    return output;
  }

  #knows(key: string): boolean {
    return this.#db.prepare("SELECT 1 FROM bank_key WHERE key = ?").get(key) !== undefined;
  }

  #insert(sagaId: string, thing: Thing, back: boolean): void {
    this.#db.prepare("INSERT INTO effect (saga, thing, back) VALUES (?, ?, ?)").run(sagaId, thing, back ? 1 : 0);
  }
}
