export const steps = { inventory: { reserveStock: () => ({ reservationId: "1" }) } }
