import { createClient, implement, openStore, startWorker } from "@sagac/runtime";
import { afterEach, expect, test } from "vitest";
import { type PlaceOrderSteps, placeOrder } from "./generated/place-order.saga.ts";
import type { PlaceOrderInput } from "./generated/place-order.types.ts";

// The saga with participants made for the case, on the memory store: what a user would write.

const input: PlaceOrderInput = {
  orderId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
  customerId: "kim",
  sku: "mug",
  quantity: 1,
  total: { amount: 2_990, currency: "EUR" },
  shipTo: { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" },
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function place(payments: Partial<PlaceOrderSteps["payments"]> = {}, inventory: Partial<PlaceOrderSteps["inventory"]> = {}) {
  const done: string[] = [];
  const note = <T>(what: string, answer: T): T => {
    done.push(what);
    return answer;
  };
  const steps: PlaceOrderSteps = {
    orders: {
      createOrder: () => note("create", { createdAt: "2026-01-01T00:00:00Z" }),
      cancelOrder: () => note("cancel", null),
    },
    inventory: {
      reserveStock: () => note("reserve", { reservationId: "r-1" }),
      releaseStock: () => note("release", null),
      ...inventory,
    },
    payments: {
      authorizePayment: () => note("authorize", { authorizationId: "a-1" }),
      findAuthorization: () => note("find", { status: "unknown" }),
      voidPayment: () => note("void", null),
      capturePayment: () => note("capture", { paymentId: "p-1" }),
      ...payments,
    },
    shipping: { requestShipment: () => note("ship", { trackingId: "t-1" }) },
  };
  const store = await openStore("memory:");
  const worker = await startWorker({ store, sagas: [implement(placeOrder, steps)], handleSignals: false });
  closing.push(() => worker.stop().then(() => store.close()));
  const order = await createClient({ store }).start(placeOrder, { id: "order-1", input });
  return { result: await order.result({ timeout: "20s" }), done };
}

test("an order completes", async () => {
  const { result, done } = await place();
  expect(result).toEqual({ status: "completed", output: { trackingId: "t-1", paymentId: "p-1" } });
  expect(done).toEqual(["create", "reserve", "authorize", "capture", "ship"]);
});

test("out of stock: the payment is voided and the order cancelled", async () => {
  const { result, done } = await place(
    {},
    {
      reserveStock: (_, ctx) => {
        throw ctx.fail("OutOfStock", { sku: "mug", left: 0 });
      },
    },
  );
  expect(result).toMatchObject({ status: "compensated", failure: { name: "OutOfStock", data: { sku: "mug", left: 0 } } });
  expect(done).toEqual(["create", "authorize", "void", "cancel"]);
});

test("a declined payment: the reservation is released", async () => {
  const { result, done } = await place({
    authorizePayment: (_, ctx) => {
      throw ctx.fail("PaymentDeclined", { reason: "limit" });
    },
  });
  expect(result).toMatchObject({ status: "compensated", failure: { name: "PaymentDeclined", step: "authorizePayment" } });
  expect(done).toEqual(["create", "reserve", "release", "cancel"]);
});

test("the bank's answer is lost, but it knows the payment: on it goes, with what the bank remembers", async () => {
  const { result, done } = await place({
    authorizePayment: () => {
      throw new Error("socket hang up");
    },
    findAuthorization: () => ({ status: "happened", output: { authorizationId: "a-found" } }),
    capturePayment: ({ authorizationId }) => ({ paymentId: `paid-${authorizationId}` }),
  });
  expect(result).toEqual({ status: "completed", output: { trackingId: "t-1", paymentId: "paid-a-found" } });
  expect(done).toEqual(["create", "reserve", "ship"]);
});
