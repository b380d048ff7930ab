import { implement, SagaError } from "@sagac/runtime";
import { createSagaActor, sagaLogic } from "@sagac/runtime/actor";
import { describe, expect, it } from "vitest";
import { createActor, setup, toPromise, waitFor } from "xstate";
import { orderImplementation, orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { until } from "../kit/until.ts";

const input = orderInput();

describe("A saga as an XState actor", () => {
  it("runs to its end; its snapshots are those that were committed", async () => {
    const world = orderWorld();
    const actor = createSagaActor(orderImplementation(world), { id: "order-1", input });
    const values: string[] = [];
    actor.subscribe(({ value }) => {
      if (value !== null) values.push(JSON.stringify(value));
    });
    expect(actor.getSnapshot()).toMatchObject({ status: "active", value: null });
    actor.start();
    expect(await toPromise(actor)).toEqual({
      status: "completed",
      output: { trackingId: `t-${input.orderId}`, paymentId: `p-${input.orderId}` },
    });
    expect(actor.getSnapshot()).toMatchObject({ status: "done", value: "completed", parked: [], conditions: [] });
    expect(values[0]).toContain("createOrder");
    expect(values.at(-1)).toBe('"completed"');
    expect(world.calls.map(({ key }) => key)[0]).toBe("PlaceOrder/order-1/createOrder/forward/0");
  });

  it("is done too when it was undone, and says why", async () => {
    const world = orderWorld({
      inventory: { reserveStock: (_, ctx) => Promise.reject(ctx.fail("OutOfStock", { sku: "chair", left: 0 })) },
    });
    const actor = createSagaActor(orderImplementation(world), { input }).start();
    expect(await toPromise(actor)).toMatchObject({ status: "compensated", failure: { name: "OutOfStock" }, incomplete: [] });
  });

  it("takes a cancel, and a person's word over what is parked; what is refused is emitted", async () => {
    const world = orderWorld({
      orders: { createOrder: () => ({ createdAt: 7 }) as never },
      payments: { authorizePayment: (_, ctx) => untilAborted(ctx.signal) },
    });
    const actor = createSagaActor(orderImplementation(world), { input }).start();
    const refused = new Promise((resolve) => actor.on("saga.refused", resolve));
    const parked = await waitFor(actor, (snapshot) => snapshot.parked.length > 0);
    expect(parked.parked).toEqual(["createOrder"]);
    actor.send({ type: "saga.decide", call: "reserveStock", verdict: { verb: "retry" }, by: "kim", reason: "wrong one" });
    expect(await refused).toMatchObject({ error: { code: "RT3005" }, event: { type: "saga.decide" } });
    const output = { createdAt: "2026-01-01T00:00:00Z" };
    actor.send({ type: "saga.decide", call: "createOrder", verdict: { verb: "happened", output }, by: "kim", reason: "seen" });
    await waitFor(actor, () => world.calls.some(({ operation }) => operation === "payments.authorizePayment"));
    actor.send({ type: "saga.cancel", by: "kim", reason: "changed their mind" });
    expect(await toPromise(actor)).toMatchObject({ status: "compensated", failure: { name: "Cancelled" } });
  });

  it("fails as an actor where it cannot be started", async () => {
    const actor = createSagaActor(orderImplementation(orderWorld()), { input: { orderId: 7 } });
    const error = new Promise((resolve) => actor.subscribe({ error: resolve }));
    actor.start();
    expect(await error).toBeInstanceOf(SagaError);
    expect(actor.getSnapshot()).toMatchObject({ status: "error", error: { code: "RT1002" } });
  });

  it("stops: its handlers are told to abort, and nothing more is called", async () => {
    const { promise: began, resolve: begin } = Promise.withResolvers<AbortSignal>();
    const world = orderWorld({
      orders: {
        createOrder: (_, ctx) => {
          begin(ctx.signal);
          return untilAborted(ctx.signal);
        },
      },
    });
    const actor = createSagaActor(orderImplementation(world), { input }).start();
    const signal = await began;
    actor.stop();
    await until("the handler is told to abort", () => signal.aborted);
    expect(actor.getSnapshot().status).toBe("stopped");
    expect(world.calls).toHaveLength(1);
  });

  it("is invoked by a machine, which is told how it ended", async () => {
    const saga = sagaLogic<unknown, { readonly trackingId: string }>(implement(placeOrder, orderWorld().steps));
    const shop = setup({ types: { context: {} as { result: unknown } }, actors: { saga } }).createMachine({
      context: { result: null },
      initial: "ordering",
      states: {
        ordering: {
          invoke: {
            src: "saga",
            input: { id: "order-7", input },
            onDone: { target: "told" },
          },
        },
        told: { type: "final" },
      },
    });
    const actor = createActor(shop).start();
    expect((await waitFor(actor, ({ status }) => status === "done")).value).toBe("told");
  });
});
