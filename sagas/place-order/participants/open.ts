import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Inventory } from "./inventory.ts";
import { Orders } from "./orders.ts";
import { Payments } from "./payments.ts";
import { Shipping } from "./shipping.ts";

/** The four services that take part in an order. They stand for what would be four systems of four teams. */
export interface Participants {
  readonly orders: Orders;
  readonly inventory: Inventory;
  readonly payments: Payments;
  readonly shipping: Shipping;
  close(): void;
}

export interface ParticipantsOptions {
  /** How long each answer is on its way; the effect has happened by then. Default 0. */
  readonly answerDelayMs?: number;
}

/** Opens the participants, each with a database of its own in `folder`, which is made where it is missing. Several processes may. */
export function openParticipants(folder: string, options: ParticipantsOptions = {}): Participants {
  mkdirSync(folder, { recursive: true });
  const { answerDelayMs } = options;
  const orders = new Orders(join(folder, "orders.db"), answerDelayMs);
  const inventory = new Inventory(join(folder, "inventory.db"), answerDelayMs);
  const payments = new Payments(join(folder, "payments.db"), answerDelayMs);
  const shipping = new Shipping(join(folder, "shipping.db"), answerDelayMs);
  return {
    orders,
    inventory,
    payments,
    shipping,
    close() {
      for (const service of [orders, inventory, payments, shipping]) service.close();
    },
  };
}
