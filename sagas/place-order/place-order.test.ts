import { runSaga, VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { placeOrder } from "./generated/place-order.saga.ts";
import type { PlaceOrderInput } from "./generated/place-order.types.ts";

// The saga with participants made for the case: what a user would write. Each runs in virtual time, to its end.

const input: PlaceOrderInput = {
  orderId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
  customerId: "kim",
  sku: "mug",
  quantity: 1,
  total: { amount: 2_990, currency: "EUR" },
  shipTo: { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" },
};

/** What reached the participants, in order. */
const called = (run: { readonly calls: readonly { readonly operation: string }[] }) =>
  run.calls.map(({ operation }) => operation);

test("an order completes", async () => {
  const run = await runSaga(placeOrder, {
    input,
    steps: {
      payments: { capturePayment: { output: { paymentId: "p-1" } } },
      shipping: { requestShipment: ({ paymentId }) => ({ trackingId: `parcel of ${paymentId}` }) },
    },
  });
  expect(run).toMatchObject({ status: "completed", output: { trackingId: "parcel of p-1", paymentId: "p-1" }, faults: [] });
  expect(called(run)).toEqual(["createOrder", "reserveStock", "authorizePayment", "capturePayment", "requestShipment"]);
});

test("out of stock: the payment is voided and the order cancelled", async () => {
  const steps = { inventory: { reserveStock: { error: "OutOfStock", data: { sku: "mug", left: 0 } } } } as const;
  const run = await runSaga(placeOrder, { input, steps });
  expect(run).toMatchObject({
    status: "compensated",
    failure: { name: "OutOfStock", data: { sku: "mug", left: 0 } },
    faults: [],
  });
  expect(called(run)).toEqual(["createOrder", "reserveStock", "authorizePayment", "voidPayment", "cancelOrder"]);
});

test("a declined payment: the reservation is released", async () => {
  const run = await runSaga(placeOrder, {
    input,
    steps: { payments: { authorizePayment: { error: "PaymentDeclined", data: { reason: "limit" } } } },
  });
  expect(run).toMatchObject({
    status: "compensated",
    failure: { name: "PaymentDeclined", step: "authorizePayment" },
    faults: [],
  });
  expect(run.effects.map(({ step, undoneAtMs }) => ({ step, undone: undoneAtMs !== null }))).toEqual([
    { step: "createOrder", undone: true },
    { step: "reserveStock", undone: true },
  ]);
});

test("the bank's answer is lost, but it knows the payment: on it goes, with what the bank remembers", async () => {
  const run = await runSaga(placeOrder, {
    input,
    steps: {
      payments: {
        authorizePayment: "lost-answer",
        findAuthorization: { output: { status: "happened", output: { authorizationId: "a-found" } } },
        capturePayment: ({ authorizationId }) => ({ paymentId: `paid-${authorizationId}` }),
      },
    },
  });
  expect(run).toMatchObject({ status: "completed", output: { paymentId: "paid-a-found" }, faults: [] });
  expect(called(run)).toContain("findAuthorization");
});

test("the bank answers after its time-out of 5 s, but within the grace: its answer counts, and it is called once", async () => {
  const slow = { output: { authorizationId: "a-slow" }, after: "5500ms" } as const;
  const run = await runSaga(placeOrder, { input, steps: { payments: { authorizePayment: slow } } });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(called(run).filter((operation) => operation === "authorizePayment")).toHaveLength(1);
});

test("the bank is slower still: it is asked, does not know yet, and the same key is tried again until it answers", async () => {
  const clock = new VirtualClock();
  const keys: string[] = [];
  const run = await runSaga(placeOrder, {
    input,
    clock,
    steps: {
      payments: {
        async authorizePayment(_, ctx) {
          keys.push(ctx.idempotencyKey);
          await sleep(clock, keys.length === 1 ? 60_000 : 100);
          return { authorizationId: "a-slow" };
        },
        findAuthorization: { output: { status: "unknown" } },
      },
    },
  });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(keys).toEqual(Array(2).fill("PlaceOrder/run-1/authorizePayment/forward/0"));
});

test("a cancel while the stock is being reserved, and a bank that does not answer for an hour", async () => {
  const run = await runSaga(placeOrder, {
    input,
    steps: {
      inventory: { reserveStock: "timeout" },
      payments: { voidPayment: [...Array.from({ length: 12 }, () => "unknown" as const), "success"] },
    },
    events: [{ at: "1s", cancel: "changed their mind" }],
  });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  expect(run.tookMs).toBeGreaterThan(10 * 60_000);
});

test("whatever the participants do, in a hundred runs: nothing is left half-done", async () => {
  for (let seed = 0; seed < 100; seed++) {
    const run = await runSaga(placeOrder, { input, random: true, seed, person: { verb: "retry" } });
    expect(run.faults, `seed ${seed}\n${run.timeline.join("\n")}`).toEqual([]);
  }
});

/** A participant that takes its time. */
function sleep(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(ms, resolve));
}
