import { implement, openStore, startWorker } from "@sagac/runtime";
import { placeOrder } from "./generated/place-order.saga.ts";
import { steps } from "./place-order.steps.ts";

// A worker for orders. Any number of them may run; when one dies, another carries on what it had in hand.
const store = await openStore(process.env.SAGA_STORE ?? "sqlite:./saga.db");
const worker = await startWorker({
  store,
  sagas: [implement(placeOrder, steps)],
  leaseMs: Number(process.env.SAGA_LEASE_MS ?? 10_000),
});
console.log(`worker ${worker.id} is up, process ${process.pid}`);

// SIGTERM ends it: it finishes what it has begun, hands the rest over and closes the store.
await worker.stopped;
