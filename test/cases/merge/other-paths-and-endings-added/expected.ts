import type { ShopSteps } from "./generated/shop.saga.ts";
import { stock } from "./stock.ts";

/** Handlers of the shop. */
export const steps: ShopSteps = {
  inventory: {
    // Takes what there is.
    async reserveStock(input, ctx) {
      const left = stock.left(input.sku);
      if (left < input.quantity) throw ctx.fail("OutOfStock", { sku: input.sku, left });
      return { reservationId: stock.take(input.sku, input.quantity) };
    },
    releaseStock: (input) => stock.give(input.orderId),
  },
  warehouse: {
    async orderMore(_input, _ctx) {
      throw new Error("warehouse.orderMore is not written yet");
    },
    /** Undoes `orderMore`. */
    async orderLess(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("warehouse.orderLess is not written yet");
    },
  },
  mail: {
    async thank(_input, _ctx) {
      throw new Error("mail.thank is not written yet");
    },
    async apologize(_input, _ctx) {
      throw new Error("mail.apologize is not written yet");
    },
  },
};
