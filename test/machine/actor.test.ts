import { describe, expect, it } from "vitest";
import { type Actor, type AnyStateMachine, createActor, fromPromise, SimulatedClock } from "xstate";
import { compiled } from "./kit.ts";
import { placeOrder } from "./order-plan.ts";
import { NEVER, sagaPlan } from "./plans.ts";

/** The same machines under XState's own actor, with real promises and a clock that is moved by hand: no engine, no table of effects. */

type Participant = (input: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<unknown>;

const ORDER = {
  orderId: "o-1",
  customerId: "c-1",
  sku: "tea",
  quantity: 2,
  total: { amount: 1_250, currency: "EUR" },
  shipTo: { name: "Kim", street: "Quay 1", city: "Oslo", country: "NO" },
};

/** Every participant of the order answers well, but for those given. Calls are noted as they are made. */
async function order(given: Readonly<Record<string, Participant>> = {}) {
  const { machine } = await compiled(placeOrder());
  const outputs: Readonly<Record<string, unknown>> = {
    "orders.createOrder": { createdAt: "2026-01-01T00:00:00Z" },
    "inventory.reserveStock": { reservationId: "r-1" },
    "payments.authorizePayment": { authorizationId: "a-1" },
    "payments.capturePayment": { paymentId: "p-1" },
    "shipping.requestShipment": { trackingId: "t-1" },
  };
  const calls: string[] = [];
  const names = [
    ...Object.keys(outputs),
    "orders.cancelOrder",
    "inventory.releaseStock",
    "payments.voidPayment",
    "payments.findAuthorization",
  ];
  const actors = Object.fromEntries(
    names.map((name) => [
      name,
      fromPromise<unknown, Readonly<Record<string, unknown>>>(({ input, signal }) => {
        calls.push(`${name.split(".")[1]} ${Object.values(input).at(-1) ?? "-"}`);
        return given[name]?.(input, signal) ?? Promise.resolve(outputs[name]);
      }),
    ]),
  );
  const clock = new SimulatedClock();
  const actor = createActor((machine as AnyStateMachine).provide({ actors }), { clock, input: { input: ORDER, seed: 5 } });
  return { actor, clock, calls };
}

/** Until every promise that can settle has, and what follows from it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function ended(actor: Actor<AnyStateMachine>): unknown {
  const { value, status } = actor.getSnapshot();
  return [value, status];
}

const declared =
  (name: string): Participant =>
  () =>
    Promise.reject({ kind: "declared", name, data: { sku: "tea", left: 0 }, message: name });
const broken: Participant = () => Promise.reject(new Error("connection reset"));
const silent: Participant = () => new Promise(() => {});

describe("under a plain createActor", () => {
  it("an order completes, with the data that the saga says", async () => {
    const { actor, calls } = await order();
    actor.start();
    await settled();
    expect(ended(actor)).toEqual(["completed", "done"]);
    expect(actor.getSnapshot().output).toEqual({ trackingId: "t-1", paymentId: "p-1" });
    expect(calls).toEqual([
      "createOrder 2",
      "reserveStock 2",
      "authorizePayment [object Object]",
      "capturePayment [object Object]",
      "requestShipment p-1",
    ]);
  });

  it("an order that is out of stock is undone in reverse", async () => {
    const { actor, calls } = await order({ "inventory.reserveStock": declared("OutOfStock") });
    actor.start();
    await settled();
    expect(ended(actor)).toEqual(["compensated", "done"]);
    expect(actor.getSnapshot().output).toBeNull();
    expect(actor.getSnapshot().context.failure).toEqual({
      name: "OutOfStock",
      step: "reserveStock",
      summary: "reserveStock failed with OutOfStock",
      data: { sku: "tea", left: 0 },
    });
    expect(calls.slice(3)).toEqual(["voidPayment a-1", "cancelOrder o-1"]);
  });

  it("a pivot that never says no is tried until it succeeds", async () => {
    let left = 4;
    const capture: Participant = (input, signal) => (left-- > 0 ? broken(input, signal) : Promise.resolve({ paymentId: "p-5" }));
    const { actor, calls, clock } = await order({ "payments.capturePayment": capture });
    actor.start();
    for (let pause = 0; pause < 4; pause++) {
      await settled();
      clock.increment(60_000);
    }
    await settled();
    expect(actor.getSnapshot().output).toEqual({ trackingId: "t-1", paymentId: "p-5" });
    expect(calls.filter((call) => call.startsWith("capturePayment"))).toHaveLength(5);
  });

  it("a silent participant times out, is tried again, and is undone as one of which nobody knows", async () => {
    const { actor, calls, clock } = await order({ "inventory.reserveStock": silent });
    actor.start();
    await settled();
    clock.increment(4_999);
    expect(actor.getSnapshot().context.steps.$group1.$branch1.reserveStock.forward.outcome).toBe("running");
    for (const _ of [1, 2, 3]) {
      clock.increment(5_000);
      await settled();
      clock.increment(1_000);
      await settled();
      clock.increment(10_000);
      await settled();
    }
    expect(ended(actor)).toEqual(["compensated", "done"]);
    expect(actor.getSnapshot().context.failure).toMatchObject({ name: "Unknown", step: "reserveStock" });
    expect(calls.filter((call) => call.startsWith("reserveStock"))).toHaveLength(3);
    // In parallel the two, then the order; the reservation's undo knows of no reservation.
    expect(calls.slice(-3)).toEqual(["releaseStock -", "voidPayment a-1", "cancelOrder o-1"]);
  });

  it("a late answer within the grace counts, and its signal is not aborted before", async () => {
    let answer = (_output: unknown): void => {};
    let aborted = (): boolean => true;
    const slow: Participant = (_, signal) => {
      aborted = () => signal.aborted;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const { actor, clock } = await order({ "inventory.reserveStock": slow });
    actor.start();
    await settled();
    clock.increment(5_500);
    await settled();
    expect(aborted()).toBe(false);
    answer({ reservationId: "late" });
    await settled();
    expect(ended(actor)).toEqual(["completed", "done"]);
  });

  it("an inquiry finds what was lost", async () => {
    const find: Participant = () => Promise.resolve({ status: "happened", output: { authorizationId: "found" } });
    const { actor, calls } = await order({ "payments.authorizePayment": broken, "payments.findAuthorization": find });
    actor.start();
    await settled();
    expect(ended(actor)).toEqual(["completed", "done"]);
    expect(calls).toContain("findAuthorization o-1");
    expect(actor.getSnapshot().context.steps.$group1.$branch2.authorizePayment.forward.output).toEqual({
      authorizationId: "found",
    });
  });

  it("the deadline sends it back, a cancel too", async () => {
    const late = await order({ "inventory.reserveStock": silent });
    late.actor.start();
    await settled();
    late.clock.increment(259_200_000);
    late.clock.increment(5_000);
    late.clock.increment(1_000);
    await settled();
    expect(ended(late.actor)).toEqual(["compensated", "done"]);
    expect(late.actor.getSnapshot().context.failure).toMatchObject({
      name: "DeadlinePassed",
      summary: "the saga did not finish within 3d",
    });
    const cancelled = await order({ "inventory.reserveStock": silent });
    cancelled.actor.start();
    await settled();
    cancelled.clock.increment(3_000);
    cancelled.actor.send({ type: "saga.cancel", reason: "no longer wanted" });
    // Its own five seconds go on, then it has one to settle.
    cancelled.clock.increment(1_999);
    expect(JSON.stringify(cancelled.actor.getSnapshot().value)).toContain("draining");
    cancelled.clock.increment(1);
    expect(JSON.stringify(cancelled.actor.getSnapshot().value)).toContain("aborting");
    cancelled.clock.increment(1_000);
    await settled();
    expect(ended(cancelled.actor)).toEqual(["compensated", "done"]);
    expect(cancelled.actor.getSnapshot().context.failure).toMatchObject({ name: "Cancelled", summary: "no longer wanted" });
  });

  it("tells whoever provides `abortCall` which call should stop", async () => {
    const { machine } = await compiled(sagaPlan({ parts: [[[{ name: "a" }], [{ name: "b", throws: ["Refused"] }]]] }));
    const aborted: unknown[] = [];
    const actor = createActor(
      (machine as AnyStateMachine).provide({
        actors: {
          "plain.a": fromPromise(() => silent({}, new AbortController().signal)),
          "plain.b": fromPromise(() => declared("Refused")({}, new AbortController().signal)),
        },
        actions: { abortCall: (_, params) => void aborted.push(params) },
      }),
      { clock: new SimulatedClock(), input: { input: { id: "1" } } },
    );
    actor.start();
    await settled();
    expect(aborted).toEqual([{ call: "a" }]);
    actor.stop();
  });

  it("an actor that is not provided is named", async () => {
    const { machine } = await compiled(sagaPlan({ parts: [{ name: "a", kind: "readonly", retry: NEVER }] }));
    const seen: unknown[] = [];
    const actor = createActor(machine, {
      input: { input: { id: "1" } },
      inspect: (event) => {
        if (event.type === "@xstate.event" && event.event.type === "xstate.error.actor.a") seen.push(event.event.error);
      },
    });
    actor.start();
    await settled();
    expect(String(seen[0])).toContain('provide the actor "plain.a"');
    expect(ended(actor)).toEqual(["compensated", "done"]);
  });
});
