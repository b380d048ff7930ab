import type { HistoryEntry, SagaResult } from "@sagac/runtime";
import { replay } from "../../runtime/engine/replay.ts";
import { createTransition } from "../../runtime/engine/state.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import { type Overrides, orderImplementation, orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { storedState } from "../kit/stored.ts";
import { type VirtualRun, type VirtualRunOptions, virtualRun } from "../kit/virtual-run.ts";

/** One story of one order: how its participants behave, what a client does, and how it has to end. */
export interface Scenario {
  readonly name: string;
  readonly participants: (run: () => VirtualRun) => Overrides;
  readonly client?: (run: VirtualRun, order: Order) => Promise<void>;
  readonly ends: SagaResult<unknown>["status"];
  readonly failure?: string;
  readonly incomplete?: readonly string[];
  /** Operations in the order of the calls; those of parallel branches in the order of the program. */
  readonly calls: readonly string[];
}

export interface Told {
  /** The last snapshot's state as text, and what the log folds to. */
  readonly state: string;
  readonly replayed: string;
  readonly result: SagaResult<unknown>;
  readonly calls: readonly string[];
  readonly keys: readonly string[];
  readonly history: readonly HistoryEntry[];
}

type Order = Awaited<ReturnType<VirtualRun["client"]["start"]>>;

/** Plays a scenario on a store to its end, in virtual time. */
export async function play(scenario: Scenario, open: VirtualRunOptions["open"], way?: Way): Promise<Told> {
  let run: VirtualRun | undefined;
  const current = () => {
    if (run === undefined) throw new Error("the run has not begun");
    return run;
  };
  const world = orderWorld(scenario.participants(current));
  run = await virtualRun({ open, sagas: [orderImplementation(world)], ...way });
  try {
    const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    await scenario.client?.(run, order);
    const result = await run.through(order.result());
    const history = await run.through(order.history());
    const partition = partitionOf(placeOrder.saga, placeOrder.version, "order-1", run.store.partitions);
    const transition = createTransition(placeOrder);
    const kept = await storedState(run.store, partition, "order-1", transition);
    if (kept === null) throw new Error("the saga is gone");
    const folded = replay(
      transition,
      history.map(({ record }) => record),
    );
    return {
      state: JSON.stringify(kept),
      replayed: JSON.stringify(folded),
      result,
      calls: world.calls.map((call) => call.operation),
      keys: world.calls.map((call) => call.key),
      history,
    };
  } finally {
    await run.close();
  }
}

const FORWARD = ["orders.createOrder", "inventory.reserveStock", "payments.authorizePayment"];
const REST = ["payments.capturePayment", "shipping.requestShipment"];

/** A function that fails so many times before it answers. */
function failing<T>(times: number, answer: T): () => T {
  let left = times;
  return () => {
    if (left-- > 0) throw new Error("connection reset");
    return answer;
  };
}

export const scenarios: readonly Scenario[] = [
  { name: "an order completes", participants: () => ({}), ends: "completed", calls: [...FORWARD, ...REST] },
  {
    name: "out of stock: the authorization and the order are undone in reverse",
    participants: () => ({
      inventory: {
        reserveStock: (input, ctx) => {
          throw ctx.fail("OutOfStock", { sku: input.sku, left: 0 });
        },
      },
    }),
    ends: "compensated",
    failure: "OutOfStock",
    calls: [...FORWARD, "payments.voidPayment", "orders.cancelOrder"],
  },
  {
    name: "a declined payment while the reservation still runs: it is told to abort, waited for, and undone",
    participants: () => ({
      inventory: { reserveStock: (_, ctx) => untilAborted(ctx.signal) },
      payments: {
        authorizePayment: (_, ctx) => {
          throw ctx.fail("PaymentDeclined", { reason: "limit" });
        },
      },
    }),
    ends: "compensated",
    failure: "PaymentDeclined",
    calls: [...FORWARD, "inventory.releaseStock", "orders.cancelOrder"],
  },
  {
    name: "an unknown outcome is retried with a pause, under the same key",
    participants: () => ({ orders: { createOrder: failing(2, { createdAt: "2026-01-01T00:00:00Z" }) } }),
    ends: "completed",
    calls: ["orders.createOrder", "orders.createOrder", ...FORWARD, ...REST],
  },
  {
    name: "attempts spent: the unknown step is undone too",
    participants: () => ({ orders: { createOrder: failing(99, { createdAt: "" }) } }),
    ends: "compensated",
    failure: "Unknown",
    calls: ["orders.createOrder", "orders.createOrder", "orders.createOrder", "orders.cancelOrder"],
  },
  {
    name: "a time-out: the handler is told to abort and the next attempt made",
    participants: () => {
      let first = true;
      return {
        orders: {
          createOrder: (_, ctx) => {
            if (!first) return { createdAt: "2026-01-01T00:00:00Z" };
            first = false;
            return untilAborted(ctx.signal);
          },
        },
      };
    },
    ends: "completed",
    calls: ["orders.createOrder", ...FORWARD, ...REST],
  },
  {
    name: "an answer within the grace of a time-out counts",
    participants: (run) => ({
      orders: {
        // The time-out is 2 s; it answers half a second later.
        createOrder: async () => {
          await run().sleep(2_500);
          return { createdAt: "2026-01-01T00:00:00Z" };
        },
      },
    }),
    ends: "completed",
    calls: [...FORWARD, ...REST],
  },
  {
    name: "an answer after the grace is late and changes nothing",
    participants: (run) => {
      let first = true;
      return {
        orders: {
          createOrder: async () => {
            if (first) {
              first = false;
              await run().sleep(60_000);
            }
            return { createdAt: "2026-01-01T00:00:00Z" };
          },
        },
        shipping: {
          requestShipment: async () => {
            await run().sleep(25_000);
            return { trackingId: "t" };
          },
        },
        payments: {
          capturePayment: async () => {
            await run().sleep(29_000);
            return { paymentId: "p" };
          },
          authorizePayment: async () => {
            await run().sleep(4_900);
            return { authorizationId: "a" };
          },
        },
      };
    },
    ends: "completed",
    calls: ["orders.createOrder", ...FORWARD, ...REST],
  },
  {
    name: "an unknown authorization is inquired: it happened",
    participants: () => ({
      payments: {
        authorizePayment: failing(99, { authorizationId: "" }),
        findAuthorization: () => ({ status: "happened", output: { authorizationId: "a-found" } }),
      },
    }),
    ends: "completed",
    calls: [...FORWARD, "payments.findAuthorization", ...REST],
  },
  {
    name: "an unknown authorization is inquired: it did not happen, so the next attempt is a fresh one",
    participants: () => ({
      payments: {
        authorizePayment: failing(1, { authorizationId: "a-second" }),
        findAuthorization: () => ({ status: "didNotHappen" }),
      },
    }),
    ends: "completed",
    calls: [...FORWARD, "payments.findAuthorization", "payments.authorizePayment", ...REST],
  },
  {
    name: "after the pivot there is only forward: the shipment is retried until it succeeds",
    participants: () => ({ shipping: { requestShipment: failing(7, { trackingId: "t" }) } }),
    ends: "completed",
    calls: [...FORWARD, "payments.capturePayment", ...Array.from({ length: 8 }, () => "shipping.requestShipment")],
  },
  {
    name: "a compensation is retried until it succeeds",
    participants: () => ({
      inventory: {
        reserveStock: (input, ctx) => {
          throw ctx.fail("OutOfStock", { sku: input.sku, left: 0 });
        },
      },
      payments: { voidPayment: failing(5, null) },
    }),
    ends: "compensated",
    failure: "OutOfStock",
    calls: [...FORWARD, ...Array.from({ length: 6 }, () => "payments.voidPayment"), "orders.cancelOrder"],
  },
  {
    name: "a compensation that never succeeds parks; a person skips it, and the result says so",
    participants: () => ({
      inventory: {
        reserveStock: (input, ctx) => {
          throw ctx.fail("OutOfStock", { sku: input.sku, left: 0 });
        },
      },
      payments: { voidPayment: failing(99, null) },
    }),
    client: async (run, order) => {
      await run.until("it parks", async () => (await order.status()).parked.length > 0);
      await run.through(order.decide("authorizePayment.undo", { verb: "skip" }, { by: "kim", reason: "voided by hand" }));
    },
    ends: "compensated",
    failure: "OutOfStock",
    incomplete: ["authorizePayment"],
    calls: [...FORWARD, ...Array.from({ length: 20 }, () => "payments.voidPayment"), "orders.cancelOrder"],
  },
  {
    name: "an output that does not fit its type parks; a person says what happened",
    participants: () => ({ payments: { capturePayment: () => ({ paymentId: 7 }) as never } }),
    client: async (run, order) => {
      await run.until("it parks", async () => (await order.status()).parked.length > 0);
      await run.through(
        order.decide("capturePayment", { verb: "happened", output: { paymentId: "p-7" } }, { by: "kim", reason: "seen" }),
      );
    },
    ends: "completed",
    calls: [...FORWARD, ...REST],
  },
  {
    name: "a cancel before the pivot turns back",
    participants: () => ({ payments: { authorizePayment: (_, ctx) => untilAborted(ctx.signal) } }),
    client: async (run, order) => {
      await run.settle();
      await run.through(order.cancel({ by: "kim", reason: "changed their mind" }));
    },
    ends: "compensated",
    failure: "Cancelled",
    calls: [
      ...FORWARD,
      "payments.findAuthorization",
      "payments.findAuthorization",
      "payments.findAuthorization",
      "inventory.releaseStock",
      "payments.voidPayment",
      "orders.cancelOrder",
    ],
  },
  {
    name: "the deadline waits for a pivot that is not settled, and turns the saga back when it did not happen",
    participants: () => ({ payments: { capturePayment: () => ({ paymentId: 7 }) as never } }),
    client: async (run, order) => {
      await run.until("it parks", async () => (await order.status()).parked.length > 0);
      await deadlinePasses(run);
      await run.through(order.decide("capturePayment", { verb: "didNotHappen" }, { by: "kim", reason: "looked it up" }));
    },
    ends: "compensated",
    failure: "DeadlinePassed",
    calls: [...FORWARD, "payments.capturePayment", "inventory.releaseStock", "payments.voidPayment", "orders.cancelOrder"],
  },
  {
    name: "the deadline before the pivot turns back",
    participants: () => ({ inventory: { reserveStock: () => ({ reservationId: 7 }) as never } }),
    client: deadlinePasses,
    ends: "compensated",
    failure: "DeadlinePassed",
    calls: [...FORWARD, "inventory.releaseStock", "payments.voidPayment", "orders.cancelOrder"],
  },
];

/** Whoever waits for a result meanwhile asks every five seconds, lest a hint was lost: fifty thousand times in three days. */
async function deadlinePasses(run: VirtualRun): Promise<void> {
  const deadlineMs = run.clock.now() + 3 * 86_400_000;
  await run.until("the deadline passes", () => run.clock.now() > deadlineMs);
}

/** How a worker writes snapshots. */
export type Way = Pick<VirtualRunOptions, "snapshotEvery" | "history">;

export const WAYS: readonly Way[] = [
  { history: "snapshots", snapshotEvery: 1 },
  { history: "snapshots", snapshotEvery: 2 },
  { history: "events", snapshotEvery: 16 },
  { history: "snapshots", snapshotEvery: 16 },
  { history: "events", snapshotEvery: 2 },
];

/** Of each store's stories a fifth one way. */
export function wayOf(scenario: Scenario, store: number): Way {
  return WAYS[(scenarios.indexOf(scenario) + store) % WAYS.length] ?? {};
}
