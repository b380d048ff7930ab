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
    /** Packs one parcel. */
    async packParcel(_input, _ctx) {
      throw new Error("warehouse.packParcel is not written yet");
    },
    /** Undoes `packParcel`. */
    async unpackParcel(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("warehouse.unpackParcel is not written yet");
    },
  },
};
