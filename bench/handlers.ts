import type { PlaceOrderSteps } from "../sagas/place-order/generated/place-order.saga.ts";

/** Participants that answer at once: what is left is the engine and its store. A negative total is declined by the pivot. */
export const benchSteps: PlaceOrderSteps = {
  orders: {
    createOrder: async () => ({ createdAt: "2026-01-01T00:00:00Z" }),
    cancelOrder: async () => undefined,
  },
  inventory: {
    reserveStock: async (input) => ({ reservationId: `r-${input.orderId}` }),
    releaseStock: async () => undefined,
  },
  payments: {
    authorizePayment: async (input, ctx) => {
      if (input.amount.amount < 0) throw ctx.fail("PaymentDeclined", { reason: "a negative amount" });
      return { authorizationId: `a-${input.orderId}` };
    },
    findAuthorization: async () => ({ status: "didNotHappen" }),
    voidPayment: async () => undefined,
    capturePayment: async (input) => ({ paymentId: `p-${input.orderId}` }),
  },
  shipping: {
    requestShipment: async (input) => ({ trackingId: `t-${input.orderId}` }),
  },
};
