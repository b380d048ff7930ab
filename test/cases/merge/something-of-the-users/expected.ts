import { randomUUID } from "node:crypto";
import type { ShopSteps } from "./generated/shop.saga.ts";
import { stock } from "./stock.ts";

// How we count: units, never boxes.
const boxes = (units: number): number => Math.ceil(units / 12);

/** Handlers of the shop. */
export const steps: ShopSteps = {
  inventory: {
    // Takes what there is.
    async reserveStock(input, ctx) {
      const left = stock.left(input.sku);
      if (left < input.quantity) throw ctx.fail("OutOfStock", { sku: input.sku, left });
      return { reservationId: stock.take(input.sku, boxes(input.quantity), randomUUID()) };   // keyed
    },
    releaseStock: (input) => stock.give(input.orderId), /* twice is fine */
    async recount() {
      return boxes(3);
    },
  },
  debug: { dump() {} },
};

export function unused() {
    return   'odd    formatting stays'
}
