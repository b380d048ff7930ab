import { setTimeout } from "node:timers/promises";
import { createClient, implement, openStore, startWorker, timeline } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import type { PlaceOrderSteps } from "../../sagas/place-order/generated/place-order.saga.ts";
import { placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { steps } from "../../sagas/place-order/place-order.steps.ts";
import type { ChildReport, ChildTask } from "./child-task.ts";
import { Executioner } from "./kill-point.ts";
import { orderNamed } from "./orders.ts";
import { placeNamed } from "./place.ts";

// One life of a worker: it places the order (again), works until the order has ended, stops, and reports. Unless it is killed on the way.
const task = JSON.parse(process.argv[2] ?? "null") as ChildTask;
const executioner = new Executioner(task.kill);
const order = orderNamed(task.order);
const BANK_DELAY_MS = 15;

const plain = await openStore(task.store, { partitions: 1, ...placeNamed(task.prefix) });
const numbers = new Map<number, number>();
const store = observeStore(plain, {
  before: (call) => void numbers.set(call.number, executioner.before(`store.${call.operation}`)),
  after: (call) => executioner.after(`store.${call.operation}`, numbers.get(call.number) ?? 0),
});

const started = await createClient({ store }).start(placeOrder, { id: order.sagaId, input: order.input });
const worker = await startWorker({
  store,
  sagas: [implement(placeOrder, watched(steps))],
  leaseMs: task.leaseMs,
  snapshotEvery: 3,
  // Some orders one way, some the other.
  history: order.failure === "PaymentDeclined" ? "snapshots" : "events",
  handleSignals: false,
});
// Waiting is the test's business, not the worker's: it asks past the executioner.
const waiting = createClient({ store: plain }).get(placeOrder, started.id);
const result = await waiting.result({ timeout: "100s" }).catch(async (error: unknown) => {
  console.error(timeline(await waiting.history()).join("\n"));
  throw error;
});
await worker.stop();
await store.close();
const report: ChildReport = { ended: result.status, counts: executioner.counts };
process.stdout.write(JSON.stringify(report));

/** The same handlers, with the executioner at the door. */
function watched(plainSteps: PlaceOrderSteps): PlaceOrderSteps {
  const services = Object.entries(plainSteps).map(([service, operations]) => [
    service,
    Object.fromEntries(
      Object.entries(operations).map(([operation, handler]) => {
        const what = `call ${service}.${operation}`;
        return [
          operation,
          async (input: unknown, ctx: unknown): Promise<unknown> => {
            const number = executioner.before(what);
            try {
              return await (handler as (input: unknown, ctx: unknown) => unknown)(input, ctx);
            } finally {
              executioner.after(what, number);
              // The bank's answer comes later than the warehouse's, so that there is a commit between them.
              if (operation === "authorizePayment") await setTimeout(BANK_DELAY_MS);
            }
          },
        ];
      }),
    ),
  ]);
  return Object.fromEntries(services) as PlaceOrderSteps;
}
