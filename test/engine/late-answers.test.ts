import { implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import { handMade } from "../kit/hand-made.ts";
import { type Overrides, orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";

/** Answers of handlers that were told to abort: until when they are waited for, and what becomes of those that come after that. */

const memory = (clock: VirtualRun["clock"]) => openStore("memory:", { clock });

interface Playing {
  readonly run: VirtualRun;
  /** What its worker logged as errors. */
  readonly errors: readonly unknown[];
  readonly calls: () => readonly string[];
}

async function playing(
  overrides: (run: () => VirtualRun) => Overrides,
  body: (playing: Playing) => Promise<void>,
): Promise<void> {
  let current: VirtualRun | null = null;
  const world = orderWorld(
    overrides(() => {
      if (current === null) throw new Error("the run has not begun");
      return current;
    }),
  );
  const errors: unknown[] = [];
  const log = { ...silentLogger, error: (message: string, fields?: object) => void errors.push({ message, ...fields }) };
  const run = await virtualRun({ open: memory, sagas: [orderImplementation(world)], log });
  current = run;
  try {
    await body({ run, errors, calls: () => world.calls.map(({ operation }) => operation) });
  } finally {
    await run.close();
  }
}

const never = (): Promise<never> => new Promise(() => undefined);

describe("a handler that was told to abort because of a failure elsewhere", () => {
  test("is waited for until its own time is over: what it answers counts, and its undo is given it", async () => {
    let released: unknown;
    const slow = (run: () => VirtualRun): Overrides => ({
      inventory: {
        reserveStock: async () => {
          await run().sleep(4_000);
          return { reservationId: "r-slow" };
        },
        releaseStock: (input) => {
          released = input;
          return null;
        },
      },
    });
    await playing(slow, async ({ run, calls }) => {
      const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
      await run.until("it is asked for", () => calls().includes("inventory.reserveStock"));
      await run.through(order.cancel());
      await run.through(order.result());
      expect(released).toMatchObject({ reservationId: "r-slow" });
      expect(calls().filter((call) => call === "inventory.releaseStock")).toHaveLength(1);
    });
  });

  test("is undone as one of which nobody knows when its time and its grace are over", async () => {
    await playing(
      () => ({ inventory: { reserveStock: never } }),
      async ({ run, calls }) => {
        const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
        await run.until("it is asked for", () => calls().includes("inventory.reserveStock"));
        const startedAtMs = run.clock.now();
        await run.through(run.sleep(2_000));
        await run.through(order.cancel());
        await run.until("it is undone", () => calls().includes("inventory.releaseStock"));
        // Its time limit is 5 s.
        expect(run.clock.now() - startedAtMs).toBe(6_000);
        expect((await run.through(order.result())).status).toBe("compensated");
      },
    );
  });

  test("that was never called is not waited for", async () => {
    const world = orderWorld();
    const sagas = [orderImplementation(world)];
    const run = await virtualRun({ open: memory, sagas });
    await run.through(run.worker.stop());
    const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    const cancelled = order.cancel();
    await run.settle();
    const startedAtMs = run.clock.now();
    const { store, clock } = run;
    run.worker = await startWorker({ store, sagas, clock, log: silentLogger, handleSignals: false });
    await run.through(cancelled);
    expect((await run.through(order.result())).status).toBe("compensated");
    expect(run.clock.now() - startedAtMs).toBeLessThan(1_000);
    expect(world.calls.map(({ operation }) => operation)).toEqual(["orders.cancelOrder"]);
    await run.close();
  });
});

describe("a success that comes after its undo has begun", () => {
  test("calls its compensation once more, for as long as its time limit; then an alarm names it", async () => {
    const keys: string[] = [];
    const stubborn = (run: () => VirtualRun): Overrides => ({
      orders: {
        createOrder: async (_, ctx) => {
          // Three attempts of 2 s; its undo begins after some ten seconds.
          await run().sleep(ctx.attempt === 1 ? 15_000 : 86_400_000);
          return { createdAt: "2026-01-01T00:00:00Z" };
        },
        cancelOrder: (_, ctx) => {
          keys.push(ctx.idempotencyKey);
          return keys.length === 1
            ? run()
                .sleep(20_000)
                .then(() => null)
            : never();
        },
      },
    });
    await playing(stubborn, async ({ run }) => {
      const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
      await run.until("it is undone once more", () => keys.length === 2);
      const againAtMs = run.clock.now();
      expect((await run.through(order.result())).status).toBe("compensated");
      await run.until("the alarm", async () => (await order.history()).at(-1)?.record.type === "alarm");
      expect(run.clock.now() - againAtMs).toBe(30_000);
      expect(keys).toEqual(["PlaceOrder/order-1/createOrder/undo/0", "PlaceOrder/order-1/createOrder/undo/0/late"]);
      expect((await order.status()).conditions).toEqual([]);
    });
  });
});

describe("a success that comes late", () => {
  test("of a step that was said not to have happened: nobody undoes it, so an alarm names it, and the log", async () => {
    const wrong = (run: () => VirtualRun): Overrides => ({
      payments: {
        authorizePayment: async () => {
          await run().sleep(20_000);
          return { authorizationId: "a-late" };
        },
        findAuthorization: () => ({ status: "didNotHappen" }),
      },
    });
    await playing(wrong, async ({ run, errors, calls }) => {
      const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
      await run.until("it is asked for", () => calls().includes("payments.authorizePayment"));
      await run.through(order.cancel());
      expect((await run.through(order.result())).status).toBe("compensated");
      await run.until("the alarm", async () => (await order.history()).at(-1)?.record.type === "alarm");
      expect((await order.history()).at(-1)?.record).toMatchObject({ type: "alarm", step: "authorizePayment" });
      const alarm = { saga: "order-1", step: "authorizePayment" };
      expect(errors).toEqual([{ message: "an alarm was raised: the saga's history says of what", ...alarm }]);
      expect(calls()).not.toContain("payments.voidPayment");
    });
  });
});

describe("an answer that comes while the last commit of its saga is under way", () => {
  const held = handMade({ saga: "Flight", nodes: [{ kind: "step", name: "hold", impatient: true }] });
  const trip = handMade({
    saga: "Trip",
    nodes: [
      {
        kind: "children",
        name: "flight",
        runs: {
          kind: "saga",
          body: null,
          saga: { saga: "Flight", version: 1 },
          max: 1,
          keepsOutput: false,
          inputs: () => [{}],
        },
      },
    ],
  });

  test("is taken, also of a called saga that is let go with it: an alarm names it, and nothing is set aside", async () => {
    let go = (_: unknown): void => undefined;
    const hold = () => new Promise((resolve) => (go = resolve));
    const handlers = { things: { hold, undo_hold: () => null } };
    const run = await virtualRun({
      open: memory,
      sagas: [implement(trip, handlers), implement(held, handlers)],
      hooks: {
        before: async (call) => {
          if (call.operation !== "commit") return;
          const [parts] = call.arguments as [readonly { readonly sagaId: string; readonly status: string }[]];
          if (!parts.some(({ sagaId, status }) => sagaId.includes("//") && status === "compensated")) return;
          go({ hold: 7 });
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        },
      },
    });
    const saga = await run.through(run.client.start(trip, { id: "trip-1", input: {} }));
    await run.until("it is held", async () => (await saga.children()).length === 1);
    await run.settle();
    await run.through(saga.cancel());
    expect((await run.through(saga.result())).status).toBe("compensated");
    await run.settle();
    const history = await saga.history("trip-1//flight.1.0");
    expect(history.at(-1)?.record).toMatchObject({ type: "alarm", step: "hold" });
    expect((await saga.status()).conditions).toEqual([]);
    await run.close();
  });
});
