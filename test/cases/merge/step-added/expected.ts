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
    // that is all of it
    async noteSale(_input, _ctx) {
      throw new Error("inventory.noteSale is not written yet");
    },
  },
  warehouse: {
    /**
     * Tells the warehouse
     * what to pack.
     */
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

export function unused() {
    return   'odd    formatting stays'
}
