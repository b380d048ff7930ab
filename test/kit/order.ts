import { implement } from "@sagac/runtime";
import { type PlaceOrderSteps, placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import type { PlaceOrderInput } from "../../sagas/place-order/generated/place-order.types.ts";

export { placeOrder };

/** What the participants of an order did, in order, and how they answer; every handler can be replaced. */
export interface OrderWorld {
  /** `service.operation` of every call, in the order of the calls. */
  readonly calls: { readonly operation: string; readonly key: string; readonly attempt: number; readonly redelivered: boolean }[];
  readonly steps: PlaceOrderSteps;
}

export type Overrides = { readonly [Service in keyof PlaceOrderSteps]?: Partial<PlaceOrderSteps[Service]> };

export function orderWorld(overrides: Overrides = {}): OrderWorld {
  const plain: PlaceOrderSteps = {
    orders: { createOrder: () => ({ createdAt: "2026-01-01T00:00:00Z" }), cancelOrder: () => null },
    inventory: { reserveStock: ({ orderId }) => ({ reservationId: `r-${orderId}` }), releaseStock: () => null },
    payments: {
      authorizePayment: ({ orderId }) => ({ authorizationId: `a-${orderId}` }),
      findAuthorization: () => ({ status: "unknown" }),
      voidPayment: () => null,
      capturePayment: ({ orderId }) => ({ paymentId: `p-${orderId}` }),
    },
    shipping: { requestShipment: ({ orderId }) => ({ trackingId: `t-${orderId}` }) },
  };
  const calls: OrderWorld["calls"][number][] = [];
  const merged = Object.fromEntries(
    Object.entries(plain).map(([service, operations]) => [
      service,
      Object.fromEntries(
        Object.entries({ ...operations, ...overrides[service as keyof PlaceOrderSteps] }).map(([operation, handler]) => [
          operation,
          (input: unknown, ctx: CallContext) => {
            calls.push({
              operation: `${service}.${operation}`,
              key: ctx.idempotencyKey,
              attempt: ctx.attempt,
              redelivered: ctx.redelivered,
            });
            return (handler as (input: unknown, ctx: CallContext) => unknown)(input, ctx);
          },
        ]),
      ),
    ]),
  );
  return { calls, steps: merged as unknown as PlaceOrderSteps };
}

export function orderImplementation(world: OrderWorld) {
  return implement(placeOrder, world.steps);
}

export function orderInput(overrides: Partial<PlaceOrderInput> = {}): PlaceOrderInput {
  return {
    orderId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
    customerId: "customer-1",
    sku: "chair",
    quantity: 1,
    total: { amount: 4_200, currency: "EUR" },
    shipTo: { name: "A. Reader", street: "1 Long Street", city: "Utrecht", country: "NL" },
    ...overrides,
  };
}

/** Never settles by itself; rejects when it is told to abort. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new Error("aborted"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

interface CallContext {
  readonly idempotencyKey: string;
  readonly attempt: number;
  readonly redelivered: boolean;
}
