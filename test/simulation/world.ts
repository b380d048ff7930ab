import { join } from "node:path";
import { openStore } from "@sagac/runtime";
import { type SimulatedSaga, type Simulator, simulateWorkers } from "@sagac/runtime/testing";
import { placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { emittedSagas } from "../kit/emitted.ts";

/** What runs in the simulated worlds: the example, and a saga each of items, waits and timers, races and a try. */
export async function simulatedSagas(): Promise<readonly SimulatedSaga[]> {
  const saga = await emittedSagas(join(import.meta.dirname, "sagas.saga"));
  return [
    {
      definition: placeOrder,
      input: {
        orderId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
        customerId: "kim",
        sku: "mug",
        quantity: 2,
        total: { amount: 2_990, currency: "EUR" },
        shipTo: { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" },
      },
    },
    { definition: saga("Pick"), input: { lines: [1, 2, 3] } },
    { definition: saga("Approve"), input: { amount: 5 }, signals: { approved: { by: "kim" }, confirmed: { code: 7 } } },
    { definition: saga("Choose"), input: { city: "Utrecht" } },
  ];
}

export type SimulatedStore = "memory" | "sqlite";

/** `runtime`: of the tree, or a copy of it. */
export async function newSimulator(
  store: SimulatedStore = "memory",
  runtime: Pick<typeof import("@sagac/runtime/testing"), "simulateWorkers"> = { simulateWorkers },
): Promise<Simulator> {
  const sagas = await simulatedSagas();
  const url = `${store}:${store === "sqlite" ? ":memory:" : ""}`;
  return runtime.simulateWorkers({
    sagas,
    ...(store === "memory" ? {} : { open: (clock) => openStore(url, { clock, partitions: 2 }) }),
  });
}
