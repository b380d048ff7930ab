import { Redis } from "ioredis";
import { assign, createActor, setup } from "xstate";
import { openBenchStore, type Sync } from "../stores.ts";
import {
  type Contestant,
  carryOut,
  type Done,
  mustEnd,
  NoCarrier,
  nextOrder,
  type OrderInput,
  type Step,
  type Undo,
} from "./work.ts";

/**
 * What one would write first: an actor a saga, whose snapshot is SET after each transition, before the next step. Nobody takes up what a
 * crash left; it has no claims, no time-outs and no retries.
 */
export async function startNaive(sync: Sync): Promise<Contestant> {
  const opened = await openBenchStore(sync === "everysec" ? "redis" : "redis-always");
  const redis = new Redis(opened.url, { enableAutoPipelining: true });
  return {
    async run(fail) {
      const input = nextOrder(fail);
      const actor = createActor(order, { input }).start();
      const write = () => redis.set(`saga:${input.orderId}`, JSON.stringify(actor.getPersistedSnapshot()));
      await write();
      while (actor.getSnapshot().status === "active") {
        actor.send(await answerTo(actor.getSnapshot().value as Step | Undo, input));
        await write();
      }
      mustEnd(actor.getSnapshot().value === "completed", fail);
    },
    servers: opened.pids,
    async stop() {
      redis.disconnect();
      await opened.close();
    },
  };
}

async function answerTo(step: Step | Undo, input: OrderInput): Promise<Answer> {
  try {
    return { type: "done", step, output: await carryOut(step, input) };
  } catch (error) {
    if (error instanceof NoCarrier) return { type: "failed", why: error.message };
    throw error;
  }
}

type Answer =
  | { readonly type: "done"; readonly step: string; readonly output: Done }
  | { readonly type: "failed"; readonly why: string };

const { createMachine } = setup({
  types: {
    input: {} as OrderInput,
    context: {} as { readonly input: OrderInput; readonly results: Readonly<Record<string, Done>>; readonly why: string | null },
    events: {} as Answer,
  },
  actions: {
    keep: assign({
      results: ({ context, event }) =>
        event.type === "done" ? { ...context.results, [event.step]: event.output } : context.results,
    }),
    fail: assign({ why: ({ event }) => (event.type === "failed" ? event.why : null) }),
  },
});

const order = createMachine({
  id: "order",
  initial: "createOrder",
  context: ({ input }) => ({ input, results: {}, why: null }),
  states: {
    createOrder: {
      on: { done: { target: "reserveStock", actions: "keep" }, failed: { target: "compensated", actions: "fail" } },
    },
    reserveStock: {
      on: { done: { target: "authorizePayment", actions: "keep" }, failed: { target: "cancelOrder", actions: "fail" } },
    },
    authorizePayment: {
      on: { done: { target: "requestShipment", actions: "keep" }, failed: { target: "releaseStock", actions: "fail" } },
    },
    requestShipment: {
      on: { done: { target: "completed", actions: "keep" }, failed: { target: "voidPayment", actions: "fail" } },
    },
    voidPayment: { on: { done: { target: "releaseStock", actions: "keep" } } },
    releaseStock: { on: { done: { target: "cancelOrder", actions: "keep" } } },
    cancelOrder: { on: { done: { target: "compensated", actions: "keep" } } },
    completed: { type: "final" },
    compensated: { type: "final" },
  },
});
