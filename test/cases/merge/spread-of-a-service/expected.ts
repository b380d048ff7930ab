import type { ShopSteps } from "./generated/shop.saga.ts";
import { common } from "./common.ts";

const undoing = { async releaseStock() {} };

const steps: ShopSteps = {
  ...common,
  inventory: { async reserveStock(input) { return { reservationId: input.sku }; }, ...undoing,
    async noteSale(_input, _ctx) {
      throw new Error("inventory.noteSale is not written yet");
    }
  },
};
export { steps };
