import { DatabaseSync } from "node:sqlite";
import { createClient, implement, openStore, type SagaDefinition, startWorker } from "@sagac/runtime";
import type { PlaceOrderSteps } from "../../sagas/place-order/generated/place-order.saga.ts";
import type { PlaceOrderInput, PlaceOrderOutput } from "../../sagas/place-order/generated/place-order.types.ts";

export interface OneUnitTask {
  /** URL of the generated definition. */
  readonly definition: string;
  readonly store: string;
  /** The stock service's database. */
  readonly stock: string;
  /** Dies between the effect and the answer of the reservation. */
  readonly kill: boolean;
}

export const INPUT: PlaceOrderInput = {
  orderId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
  customerId: "kim",
  sku: "mug",
  quantity: 1,
  total: { amount: 2_990, currency: "EUR" },
  shipTo: { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" },
};

/** One life of a worker whose stock service ignores keys: it only counts quantities. */
async function live(task: OneUnitTask): Promise<void> {
  const stock = new DatabaseSync(task.stock);
  const { placeOrder } = (await import(task.definition)) as {
    placeOrder: SagaDefinition<PlaceOrderInput, PlaceOrderOutput, PlaceOrderSteps>;
  };
  const steps: PlaceOrderSteps = {
    orders: { createOrder: () => ({ createdAt: "2026-01-01T00:00:00Z" }), cancelOrder: () => null },
    inventory: {
      reserveStock({ sku, quantity }, ctx) {
        const { left } = stock.prepare("SELECT left FROM stock WHERE sku = ?").get(sku) as { left: number };
        if (left < quantity) throw ctx.fail("OutOfStock", { sku, left });
        stock.prepare("UPDATE stock SET left = left - ? WHERE sku = ?").run(quantity, sku);
        if (task.kill) process.kill(process.pid, "SIGKILL");
        return { reservationId: "r-1" };
      },
      releaseStock({ sku, quantity }) {
        stock.prepare("UPDATE stock SET left = left + ? WHERE sku = ?").run(quantity, sku);
      },
    },
    payments: {
      authorizePayment: () => ({ authorizationId: "a-1" }),
      findAuthorization: () => ({ status: "unknown" }),
      voidPayment: () => null,
      capturePayment: () => ({ paymentId: "p-1" }),
    },
    shipping: { requestShipment: () => ({ trackingId: "t-1" }) },
  };
  const store = await openStore(task.store);
  const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: INPUT });
  // Of the one that dies it is short, so that the next need not wait; that must not lose its own, however slow the machine is.
  const leaseMs = task.kill ? 300 : 30_000;
  const worker = await startWorker({ store, sagas: [implement(placeOrder, steps)], leaseMs, handleSignals: false });
  const result = await order.result({ timeout: "50s" });
  const history = (await order.history()).map(({ record }) => record);
  await worker.stop();
  await store.close();
  stock.close();
  process.stdout.write(JSON.stringify({ result, history }));
}

if (process.argv[2] !== undefined) await live(JSON.parse(process.argv[2]) as OneUnitTask);
