import type { PlaceOrderInput } from "../../sagas/place-order/generated/place-order.types.ts";
import type { Participants } from "../../sagas/place-order/participants/open.ts";

/** An order under which a worker is killed, and how it must end whatever happens to its workers. */
export interface CrashOrder {
  readonly name: string;
  readonly sagaId: string;
  readonly input: PlaceOrderInput;
  readonly ends: "completed" | "compensated";
  /** Name of the failure, where it is undone. */
  readonly failure: string | null;
  /** What the participants have before it is placed. */
  prepare(participants: Participants): void;
}

const input: PlaceOrderInput = {
  orderId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
  customerId: "kim",
  sku: "mug",
  quantity: 2,
  total: { amount: 2_990, currency: "EUR" },
  shipTo: { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" },
};

export const ORDERS: readonly CrashOrder[] = [
  {
    name: "completes",
    sagaId: "order-1",
    input,
    ends: "completed",
    failure: null,
    prepare: ({ inventory }) => inventory.deliver("mug", 5),
  },
  {
    // Order opened and stock reserved before the bank says no: two effects to undo.
    name: "is declined",
    sagaId: "order-2",
    input,
    ends: "compensated",
    failure: "PaymentDeclined",
    prepare({ inventory, payments }) {
      inventory.deliver("mug", 5);
      payments.setLimit("kim", 1_000);
    },
  },
  {
    // The payment is authorized in the other branch, or was about to be: it must be voided either way.
    name: "is out of stock",
    sagaId: "order-3",
    input,
    ends: "compensated",
    failure: "OutOfStock",
    prepare: ({ inventory }) => inventory.deliver("mug", 1),
  },
];

export function orderNamed(name: string): CrashOrder {
  const found = ORDERS.find((order) => order.name === name);
  if (found === undefined) throw new Error(`there is no order named ${name}`);
  return found;
}
