export const steps = { inventory: { reserveStock: () => ({ reservationId: "1" }),
  /** Undoes `reserveStock`. */
  async releaseStock() {
    // It may never have happened: then there is nothing to undo, and that is fine.
    throw new Error("inventory.releaseStock is not written yet");
  }
} }
