import { type CallKeys, type LedgerEntry, type Refusal, ServiceDatabase } from "./service-database.ts";

export interface StockLevel {
  readonly sku: string;
  /** Everything that ever came in. */
  readonly delivered: number;
  /** What can still be reserved. */
  readonly left: number;
}

export interface OutOfStock extends Refusal<"OutOfStock"> {
  readonly left: number;
}

/** The warehouse: counts what is on its shelves, and keeps aside what was promised to an order. */
export class Inventory {
  readonly #db: ServiceDatabase;

  constructor(file: string, answerDelayMs = 0) {
    this.#db = new ServiceDatabase("inventory", file, SCHEMA, answerDelayMs);
  }

  /** New goods arrive. */
  deliver(sku: string, quantity: number): void {
    this.#db.run(
      `INSERT INTO stock (sku, delivered, left_over) VALUES (?1, ?2, ?2)
       ON CONFLICT (sku) DO UPDATE SET delivered = delivered + ?2, left_over = left_over + ?2`,
      sku,
      quantity,
    );
  }

  reserve(
    wanted: { readonly orderId: string; readonly sku: string; readonly quantity: number },
    call: CallKeys,
  ): Promise<{ reservationId: string } | OutOfStock> {
    return this.#db.once(call, "reserveStock", () => {
      const { orderId, sku, quantity } = wanted;
      const left = this.levelOf(sku)?.left ?? 0;
      if (left < quantity) return { refused: "OutOfStock", left };
      const reservationId = this.#db.nextNumber("R");
      this.#db.run("UPDATE stock SET left_over = left_over - ? WHERE sku = ?", quantity, sku);
      this.#db.run(
        "INSERT INTO reservations (reservation_id, order_id, sku, quantity, status) VALUES (?, ?, ?, ?, 'held')",
        reservationId,
        orderId,
        sku,
        quantity,
      );
      return { reservationId };
    });
  }

  release(call: CallKeys): Promise<void> {
    return this.#db.undoOnce<{ reservationId: string }>(call, "releaseStock", ({ reservationId }) => {
      this.#db.run("UPDATE reservations SET status = 'released' WHERE reservation_id = ?", reservationId);
      this.#db.run(
        `UPDATE stock SET left_over = left_over + r.quantity FROM reservations r
         WHERE r.reservation_id = ? AND stock.sku = r.sku`,
        reservationId,
      );
    });
  }

  /** `null`: never heard of it. */
  levelOf(sku: string): StockLevel | null {
    return this.levels().find((level) => level.sku === sku) ?? null;
  }

  levels(): StockLevel[] {
    const rows = this.#db.all("SELECT sku, delivered, left_over FROM stock ORDER BY sku");
    return rows.map((row) => ({ sku: String(row.sku), delivered: Number(row.delivered), left: Number(row.left_over) }));
  }

  /** Units kept aside for an order. */
  heldFor(orderId: string): number {
    const row = this.#db.get(
      "SELECT coalesce(sum(quantity), 0) AS held FROM reservations WHERE order_id = ? AND status = 'held'",
      orderId,
    );
    return Number(row?.held);
  }

  ledger(): LedgerEntry[] {
    return this.#db.ledger();
  }

  close(): void {
    this.#db.close();
  }
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, delivered INTEGER NOT NULL, left_over INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS reservations (
    reservation_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, status TEXT NOT NULL
  ) STRICT;
`;
