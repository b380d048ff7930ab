import { join } from "node:path";
import { createClient, implement, openStore, type Store, silentLogger, startWorker, type WorkerOptions } from "@sagac/runtime";
import { emittedSagas } from "../../test/kit/emitted.ts";
import { openBenchStore } from "../stores.ts";
import { endWithParent, startWorkerProcesses, stopWorkerProcess } from "../worker-process.ts";
import { type Contestant, carryOut, type Done, mustEnd, NoCarrier, nextOrder, type Step, type Undo } from "./work.ts";

export type SagaStore = "sqlite" | "redis" | "redis-always" | "postgres";

/** Client and worker in this process, as the peers have it; `others`: so many more workers are processes of their own. */
export async function startSaga(name: SagaStore, others = 0, history?: WorkerOptions["history"]): Promise<Contestant> {
  const { store, url, pids, close } = await openBenchStore(name);
  const worker = await serve(store, { history, handleSignals: false });
  const leave = () => worker.stop().then(close);
  const children = await startWorkerProcesses(others, ANOTHER, [url]).catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  const order = await definition();
  const client = createClient({ store });
  return {
    async run(fail) {
      const input = nextOrder(fail);
      const handle = await client.start(order, { id: input.orderId, input });
      const { status } = await handle.result();
      mustEnd(status === "completed", fail);
    },
    servers: () => [...pids(), ...children.flatMap(({ pid }) => pid ?? [])],
    async stop() {
      for (const child of children) await stopWorkerProcess(child);
      await leave();
    },
  };
}

/** The worker of a process of its own: the store is its argument. */
export async function serveAlone(url: string): Promise<void> {
  endWithParent();
  await serve(await openStore(url), {});
  process.send?.("ready");
}

async function serve(store: Store, options: Pick<WorkerOptions, "history" | "handleSignals">) {
  const order = await definition();
  return await startWorker({ store, sagas: [implement(order, HANDLERS)], log: silentLogger, ...options });
}

async function definition() {
  return (await emittedSagas(join(import.meta.dirname, "order.saga")))("Order");
}

async function did(step: Step | Undo, input: { readonly orderId: string }): Promise<{ readonly done: Done }> {
  return { done: await carryOut(step, { fail: false, ...input }) };
}

const ANOTHER = join(import.meta.dirname, "another-worker.ts");
const HANDLERS = {
  orders: {
    createOrder: (input: { readonly orderId: string }) => did("createOrder", input),
    cancelOrder: async (input: { readonly orderId: string }) => void (await did("cancelOrder", input)),
  },
  inventory: {
    reserveStock: (input: { readonly orderId: string }) => did("reserveStock", input),
    releaseStock: async (input: { readonly orderId: string }) => void (await did("releaseStock", input)),
  },
  payments: {
    authorizePayment: (input: { readonly orderId: string }) => did("authorizePayment", input),
    voidPayment: async (input: { readonly orderId: string }) => void (await did("voidPayment", input)),
  },
  shipping: {
    requestShipment: async (
      input: { readonly orderId: string; readonly fail: boolean },
      ctx: { fail(error: "NoCarrier", details: { why: string }): Error },
    ) => {
      try {
        return await did("requestShipment", input);
      } catch (error) {
        throw error instanceof NoCarrier ? ctx.fail("NoCarrier", { why: error.message }) : error;
      }
    },
  },
};
