/** The order of all contestants: the same input of some 300 bytes, the same four steps that answer at once with some 100, the last of which can fail. */
export interface OrderInput {
  readonly orderId: string;
  readonly customerId: string;
  readonly fail: boolean;
  readonly currency: string;
  readonly total: number;
  readonly items: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[];
  readonly address: { readonly name: string; readonly line1: string; readonly city: string; readonly zip: string };
}

export interface Done {
  readonly ok: boolean;
  readonly kind: string;
  readonly ref: string;
  readonly at: number;
  readonly note: string;
}

export class NoCarrier extends Error {}

export const STEPS = ["createOrder", "reserveStock", "authorizePayment", "requestShipment"] as const;
export type Step = (typeof STEPS)[number];

/** What takes the step of the same place back; the last one has nothing. */
export const UNDOES = ["cancelOrder", "releaseStock", "voidPayment"] as const;
export type Undo = (typeof UNDOES)[number];

export function carryOut(step: Step | Undo, input: Pick<OrderInput, "orderId" | "fail">): Promise<Done> {
  if (step === "requestShipment" && input.fail) return Promise.reject(new NoCarrier("no carrier"));
  return Promise.resolve({ ok: true, kind: step, ref: `${step}-${input.orderId}`, at: 1_700_000_000_000, note: "f".repeat(24) });
}

let orders = 0;
const RUN = `${process.pid.toString(36)}${Date.now().toString(36)}`;

export function nextOrder(fail: boolean): OrderInput {
  return {
    orderId: `o-${RUN}-${(orders++).toString(36)}`,
    customerId: "cust-000123456",
    fail,
    currency: "EUR",
    total: 12_999,
    items: [
      { sku: "SKU-0001", quantity: 2, price: 4_500 },
      { sku: "SKU-0002", quantity: 1, price: 3_999 },
    ],
    address: { name: "Ada L", line1: "x".repeat(40), city: "London", zip: "N1 9GU" },
  };
}

/** Of whom the figures are: it is started with a store or a server of its own, empty. */
export interface Contestant {
  /** Carries out one order to its end; rejects where it does not end as it has to. */
  run(fail: boolean): Promise<void>;
  /** Processes beside this one whose CPU counts. */
  servers(): readonly number[];
  stop(): Promise<void>;
}

export function mustEnd(completed: boolean, fail: boolean): void {
  if (completed === fail) throw new Error(`an order that ${fail ? "fails" : "completes"} ended the other way`);
}
