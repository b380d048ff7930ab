import { type CallKeys, type LedgerEntry, ServiceDatabase } from "./service-database.ts";

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** The shop's list of orders: what the customer sees under "my orders". */
export class Orders {
  readonly #db: ServiceDatabase;

  constructor(file: string, answerDelayMs = 0) {
    this.#db = new ServiceDatabase("orders", file, SCHEMA, answerDelayMs);
  }

  create(order: Order, call: CallKeys): Promise<{ createdAt: string }> {
    return this.#db.once(call, "createOrder", () => {
      const createdAt = new Date().toISOString();
      this.#db.run(
        "INSERT INTO orders (order_id, customer_id, sku, quantity, status, created_at) VALUES (?, ?, ?, ?, 'open', ?)",
        order.orderId,
        order.customerId,
        order.sku,
        order.quantity,
        createdAt,
      );
      return { createdAt };
    });
  }

  cancel(orderId: string, call: CallKeys): Promise<void> {
    return this.#db.undoOnce(call, "cancelOrder", () => {
      this.#db.run("UPDATE orders SET status = 'cancelled' WHERE order_id = ?", orderId);
    });
  }

  /** `null`: there is no such order. */
  statusOf(orderId: string): "open" | "cancelled" | null {
    const row = this.#db.get("SELECT status FROM orders WHERE order_id = ?", orderId);
    if (row === undefined) return null;
    return row.status === "cancelled" ? "cancelled" : "open";
  }

  ledger(): LedgerEntry[] {
    return this.#db.ledger();
  }

  close(): void {
    this.#db.close();
  }
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
    status TEXT NOT NULL, created_at TEXT NOT NULL
  ) STRICT;
`;
