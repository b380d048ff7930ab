import type { PlaceOrderSteps } from "./generated/place-order.saga.ts";
import { openParticipants } from "./participants/open.ts";

const { orders, inventory, payments, shipping } = openParticipants(process.env.SAGA_BOOKS ?? "./books", {
  answerDelayMs: Number(process.env.SAGA_ANSWER_DELAY_MS ?? 0),
});

// The handlers of the saga PlaceOrder. Each hands the call's keys (`ctx`) on to its service, which carries it out once, however often it
// is asked: after a crash, a lost answer or a time-out the same call comes again, under the same key.
export const steps: PlaceOrderSteps = {
  orders: {
    async createOrder(input, ctx) {
      return await orders.create(input, ctx);
    },

    async cancelOrder({ orderId }, ctx) {
      await orders.cancel(orderId, ctx);
    },
  },

  inventory: {
    async reserveStock(input, ctx) {
      const answer = await inventory.reserve(input, ctx);
      if ("refused" in answer) throw ctx.fail("OutOfStock", { sku: input.sku, left: answer.left });
      return answer;
    },

    // Whether anything was reserved is not known for sure here: the service knows, by the key of that call.
    async releaseStock(_input, ctx) {
      await inventory.release(ctx);
    },
  },

  payments: {
    async authorizePayment(input, ctx) {
      const answer = await payments.authorize(input, ctx);
      if ("refused" in answer) throw ctx.fail("PaymentDeclined", { reason: answer.reason });
      return answer;
    },

    async findAuthorization(_input, ctx) {
      const found = await payments.findAuthorization(ctx.forwardKey);
      if (found.status === "done") return { status: "happened", output: found.answer };
      // Never heard of it: it may still be on its way. To ask again under the same key is safe, to say "it did not happen" is not.
      if (found.status === "unheard") return { status: "unknown" };
      return { status: "didNotHappen" };
    },

    async voidPayment(_input, ctx) {
      await payments.void(ctx);
    },

    async capturePayment(input, ctx) {
      return await payments.capture(input, ctx);
    },
  },

  shipping: {
    async requestShipment(input, ctx) {
      return await shipping.request(input, ctx);
    },
  },
};
