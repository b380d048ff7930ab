export const steps = {
  inventory: {
    async reserveStock() {
      // A refusal: throw ctx.fail("OutOfStock", { sku, left });
      throw new Error("inventory.reserveStock is not written yet");
    },
    /** Undoes `reserveStock`. */
    async releaseStock() {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("inventory.releaseStock is not written yet");
    },
  },
};
