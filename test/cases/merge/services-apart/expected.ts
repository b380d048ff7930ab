import type { ShopSteps } from "./generated/shop.saga.ts";
import { warehouse } from "./warehouse.ts";

const inventory: ShopSteps["inventory"] = {
  async reserveStock(input) {
    return { reservationId: input.sku };
  },
  ...undoing(),
};

function undoing() {
  return { async releaseStock() {} };
}

export const steps: ShopSteps = { inventory, warehouse };
