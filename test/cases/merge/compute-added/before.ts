import type { ShopSteps } from './generated/shop.saga.ts';
import { stock } from './stock.ts';

/** Handlers of the shop. */
export const steps: ShopSteps = {
  inventory: {
    // Takes what there is.
    reserveStock: async (input, ctx) => {
      const left = stock.left(input.sku);
      if (left < input.quantity) throw ctx.fail('OutOfStock', { sku: input.sku, left });
      return { reservationId: stock.take(input.sku, input.quantity) };
    },
    releaseStock: (input) => stock.give(input.orderId),
  },
};
