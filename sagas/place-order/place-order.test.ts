import { createClient, implement, openStore, startWorker } from "@sagac/runtime";
import { VirtualClock } from "@sagac/runtime/testing";
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

/** `clock`: with it the order runs in virtual time, so that nobody waits for a slow participant. */
async function place(
  payments: Partial<PlaceOrderSteps["payments"]> = {},
  inventory: Partial<PlaceOrderSteps["inventory"]> = {},
  clock?: VirtualClock,
) {
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
  const store = await openStore("memory:", { clock });
  const worker = await startWorker({ store, clock, sagas: [implement(placeOrder, steps)], handleSignals: false });
  const through = <T>(promise: Promise<T>): Promise<T> => (clock === undefined ? promise : passTime(clock, promise));
  closing.push(() => through(worker.stop().then(() => store.close())));
  const order = await createClient({ store, clock }).start(placeOrder, { id: "order-1", input });
  return { result: await through(order.result({ timeout: "20s" })), done };
}

/** Lets virtual time pass, from one thing that is due to the next, until the promise settles. */
async function passTime<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  for (;;) {
    // What is under way first comes to rest.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (settled) return await promise;
    clock.advanceTo(clock.nextDue() ?? clock.now());
  }
}

/** A participant that takes its time. */
function sleep(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(ms, resolve));
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

test("the bank answers after its time-out of 5 s, but within the grace: its answer counts, and it is called once", async () => {
  const clock = new VirtualClock();
  let calls = 0;
  const { result, done } = await place(
    {
      async authorizePayment(_, ctx) {
        calls++;
        await sleep(clock, 5_500);
        expect(ctx.signal.aborted).toBe(true);
        return { authorizationId: "a-slow" };
      },
      capturePayment: ({ authorizationId }) => ({ paymentId: `paid-${authorizationId}` }),
    },
    {},
    clock,
  );
  expect(result).toEqual({ status: "completed", output: { trackingId: "t-1", paymentId: "paid-a-slow" } });
  expect({ calls, done }).toEqual({ calls: 1, done: ["create", "reserve", "ship"] });
});

test("the bank is slower still: it is asked, does not know yet, and the same key is tried again until it answers", async () => {
  const clock = new VirtualClock();
  const keys: string[] = [];
  const { result, done } = await place(
    {
      async authorizePayment(_, ctx) {
        keys.push(ctx.idempotencyKey);
        await sleep(clock, keys.length === 1 ? 60_000 : 100);
        return { authorizationId: "a-slow" };
      },
    },
    {},
    clock,
  );
  expect(result).toEqual({ status: "completed", output: { trackingId: "t-1", paymentId: "p-1" } });
  expect(keys).toEqual(Array(2).fill("PlaceOrder/order-1/authorizePayment/forward/0"));
  expect(done).toEqual(["create", "reserve", "find", "find", "find", "capture", "ship"]);
});
