import { type CallKeys, type LedgerEntry, ServiceDatabase } from "./service-database.ts";

export interface Parcel {
  readonly orderId: string;
  readonly to: { readonly name: string; readonly street: string; readonly city: string; readonly country: string };
}

/** The carrier: what it has taken on is on its way. */
export class Shipping {
  readonly #db: ServiceDatabase;

  constructor(file: string, answerDelayMs = 0) {
    this.#db = new ServiceDatabase("shipping", file, SCHEMA, answerDelayMs);
  }

  request(parcel: Parcel, call: CallKeys): Promise<{ trackingId: string }> {
    return this.#db.once(call, "requestShipment", () => {
      const trackingId = this.#db.nextNumber("T");
      const { name, street, city, country } = parcel.to;
      this.#db.run(
        "INSERT INTO shipments (tracking_id, order_id, address) VALUES (?, ?, ?)",
        trackingId,
        parcel.orderId,
        `${name}, ${street}, ${city}, ${country}`,
      );
      return { trackingId };
    });
  }

  /** Parcels sent for an order. */
  sentFor(orderId: string): number {
    return Number(this.#db.get("SELECT count(*) AS sent FROM shipments WHERE order_id = ?", orderId)?.sent);
  }

  ledger(): LedgerEntry[] {
    return this.#db.ledger();
  }

  close(): void {
    this.#db.close();
  }
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS shipments (tracking_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, address TEXT NOT NULL) STRICT;
`;
