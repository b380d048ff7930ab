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
  mail: {
    async charge(_input, _ctx) {
      throw new Error('mail.charge is not written yet');
    },
    /** Undoes `charge`. */
    async refund(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error('mail.refund is not written yet');
    },
  },
  compute: {
    /**
     * What it costs to send.
     *
     * Pure: it reads nothing but its arguments and changes nothing. What it throws stops the saga for a person to see.
     */
    postage(_sku, _quantity) {
      throw new Error('compute.postage is not written yet');
    },
  },
};
