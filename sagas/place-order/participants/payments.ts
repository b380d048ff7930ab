import { type CallKeys, type LedgerEntry, type Recalled, type Refusal, ServiceDatabase } from "./service-database.ts";

/** An amount in the smallest unit of its currency. */
export interface Amount {
  readonly amount: number;
  readonly currency: string;
}

export interface PaymentDeclined extends Refusal<"PaymentDeclined"> {
  readonly reason: string;
}

export interface OrderPayments {
  /** Authorizations that neither became a payment nor were voided. */
  readonly open: number;
  readonly voided: number;
  /** Amounts that were taken. */
  readonly captured: readonly Amount[];
}

/** The bank: first it promises an amount (authorize), later it takes it (capture), or lets go of it (void). */
export class Payments {
  readonly #db: ServiceDatabase;

  constructor(file: string, answerDelayMs = 0) {
    this.#db = new ServiceDatabase("payments", file, SCHEMA, answerDelayMs);
  }

  /** What a customer may spend on one order; without a limit of their own, everything is authorized. */
  setLimit(customerId: string, amount: number): void {
    this.#db.run(
      "INSERT INTO limits (customer_id, amount) VALUES (?1, ?2) ON CONFLICT (customer_id) DO UPDATE SET amount = ?2",
      customerId,
      amount,
    );
  }

  authorize(
    wanted: { readonly orderId: string; readonly customerId: string; readonly amount: Amount },
    call: CallKeys,
  ): Promise<{ authorizationId: string } | PaymentDeclined> {
    return this.#db.once(call, "authorizePayment", () => {
      const { orderId, customerId, amount } = wanted;
      const limit = this.#db.get("SELECT amount FROM limits WHERE customer_id = ?", customerId);
      if (limit !== undefined && amount.amount > Number(limit.amount)) {
        return { refused: "PaymentDeclined", reason: "over the limit of this customer" };
      }
      const authorizationId = this.#db.nextNumber("A");
      this.#db.run(
        "INSERT INTO authorizations (authorization_id, order_id, amount, currency, status) VALUES (?, ?, ?, ?, 'open')",
        authorizationId,
        orderId,
        amount.amount,
        amount.currency,
      );
      return { authorizationId };
    });
  }

  /** Did the call under this key authorize anything? Changes nothing. */
  findAuthorization(forwardKey: string): Promise<Recalled<{ authorizationId: string }>> {
    return this.#db.recall(forwardKey);
  }

  void(call: CallKeys): Promise<void> {
    return this.#db.undoOnce<{ authorizationId: string }>(call, "voidPayment", ({ authorizationId }) => {
      this.#settle(authorizationId, "voided");
    });
  }

  capture(
    wanted: { readonly orderId: string; readonly authorizationId: string; readonly amount: Amount },
    call: CallKeys,
  ): Promise<{ paymentId: string }> {
    return this.#db.once(call, "capturePayment", () => {
      const { orderId, authorizationId, amount } = wanted;
      this.#settle(authorizationId, "captured");
      const paymentId = this.#db.nextNumber("P");
      this.#db.run(
        "INSERT INTO payments (payment_id, order_id, amount, currency) VALUES (?, ?, ?, ?)",
        paymentId,
        orderId,
        amount.amount,
        amount.currency,
      );
      return { paymentId };
    });
  }

  of(orderId: string): OrderPayments {
    const counted = this.#db.get(
      `SELECT coalesce(sum(status = 'open'), 0) AS open, coalesce(sum(status = 'voided'), 0) AS voided
       FROM authorizations WHERE order_id = ?`,
      orderId,
    );
    const taken = this.#db.all("SELECT amount, currency FROM payments WHERE order_id = ? ORDER BY payment_id", orderId);
    return {
      open: Number(counted?.open),
      voided: Number(counted?.voided),
      captured: taken.map((row) => ({ amount: Number(row.amount), currency: String(row.currency) })),
    };
  }

  ledger(): LedgerEntry[] {
    return this.#db.ledger();
  }

  close(): void {
    this.#db.close();
  }

  #settle(authorizationId: string, status: "voided" | "captured"): void {
    const row = this.#db.get("SELECT status FROM authorizations WHERE authorization_id = ?", authorizationId);
    if (row?.status !== "open")
      throw new Error(`authorization ${authorizationId} is ${String(row?.status ?? "unknown")}, not open`);
    this.#db.run("UPDATE authorizations SET status = ? WHERE authorization_id = ?", status, authorizationId);
  }
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS limits (customer_id TEXT PRIMARY KEY, amount INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS authorizations (
    authorization_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS payments (
    payment_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL
  ) STRICT;
`;
