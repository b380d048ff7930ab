import type { Random } from "@sagac/runtime";
import type { PlaceOrderInput } from "../../sagas/place-order/generated/place-order.types.ts";
import { drawChance } from "./draw.ts";

/** What the participants say no to, by the input: the same whenever it is asked. */
export const NONE_LEFT = "lamp";
export const NO_CREDIT = "robin";

export interface Order {
  readonly id: string;
  readonly input: PlaceOrderInput;
  /** Somebody changes their mind while it runs. */
  readonly cancelled: boolean;
}

/** One of three is refused by the stock or the bank, so that it is undone; a few are cancelled by their client. */
export function drawOrder(random: Random, number: number, cancels: boolean): Order {
  const refusedByStock = drawChance(random, 17);
  const refusedByBank = drawChance(random, 17);
  return {
    id: `order-${number}`,
    input: {
      orderId: `6f1f7a6e-0f5c-4f0a-9a55-${number.toString(16).padStart(12, "0")}`,
      customerId: refusedByBank ? NO_CREDIT : "kim",
      sku: refusedByStock ? NONE_LEFT : "mug",
      quantity: 1,
      total: { amount: 1_495, currency: "EUR" },
      shipTo: { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" },
    },
    cancelled: drawChance(random, 5) && cancels,
  };
}
