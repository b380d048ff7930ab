import { once } from "node:events";
import { connect } from "node:net";
import { DeclaredError, implement, openStore, type Store, startWorker } from "@sagac/runtime";
import { type PlaceOrderSteps, placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { type Answer, type Ask, lines, type Operation } from "./messages.ts";
import { pause } from "./pause.ts";
import type { WorkerTask } from "./worker-task.ts";

// One worker, as a user would write it: the public API alone. Its participants are in another process.
const task = JSON.parse(process.argv[2] ?? "null") as WorkerTask;
const participants = connect(task.participants, "127.0.0.1");
await once(participants, "connect");
participants.on("error", () => process.exit(0)).on("close", () => process.exit(0));
const waiting = new Map<number, (answer: Answer) => void>();
let asked = 0;
participants.setEncoding("utf8").on(
  "data",
  lines((line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.number)?.(answer);
    waiting.delete(answer.number);
  }),
);

const steps: PlaceOrderSteps = {
  orders: { createOrder: ask("createOrder"), cancelOrder: ask("cancelOrder") },
  inventory: { reserveStock: ask("reserveStock"), releaseStock: ask("releaseStock") },
  payments: {
    authorizePayment: ask("authorizePayment"),
    findAuthorization: ask("findAuthorization"),
    voidPayment: ask("voidPayment"),
    capturePayment: ask("capturePayment"),
  },
  shipping: { requestShipment: ask("requestShipment") },
};

/** Every second life one way, the first of every second worker too: both kinds work in one store. */
const lives = Number(task.id.split("-").at(-1));

const worker = await startWorker({
  store: await opened(),
  history: lives % 2 === 0 ? "events" : "snapshots",
  sagas: [implement(placeOrder, steps)],
  id: task.id,
  leaseMs: task.leaseMs,
  pollMs: 250,
});
process.stdout.write("up\n");
await worker.stopped;
process.exit(0);

/** Whoever starts while the store is away waits for it, as a supervisor would have it do. */
async function opened(): Promise<Store> {
  for (let left = 60; ; left--) {
    try {
      return await openStore(task.store, { partitions: task.partitions, ...task.options, onWarning: () => undefined });
    } catch (error) {
      if (left === 0) throw error;
      await pause(250);
    }
  }
}

/** Sends a call to the participants, and waits for what they say or until nobody wants it any more. */
function ask(operation: Operation): (input: unknown, ctx: object) => Promise<never> {
  return async (input, ctx) => {
    const { signal, log: _log, fail: _fail, ...rest } = ctx as Ask["ctx"] & { signal: AbortSignal; log: unknown; fail: unknown };
    const number = ++asked;
    const answer = await new Promise<Answer>((resolve, reject) => {
      waiting.set(number, resolve);
      signal.addEventListener("abort", () => {
        waiting.delete(number);
        reject(new Error("nobody waits for it any more"));
      });
      participants.write(
        `${JSON.stringify({ number, operation, ctx: rest, input } satisfies Omit<Ask, "input"> & { input: unknown })}\n`,
      );
    });
    if (answer.kind === "output") return answer.output as never;
    if (answer.kind === "declared") throw new DeclaredError(answer.name, answer.data);
    throw Object.assign(new Error(answer.message), { kind: answer.kind });
  };
}
