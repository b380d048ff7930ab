import { createClient, type HistoryRecord, type Implementation, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { describe, expect, it } from "vitest";
import { assign } from "xstate";
import type { SagaDefinition } from "../../runtime/engine/definition.ts";
import { carried, implement, refusedBy } from "../../runtime/engine/implement.ts";
import { replay } from "../../runtime/engine/replay.ts";
import { shadowed } from "../../runtime/engine/shadow.ts";
import { createTransition } from "../../runtime/engine/state.ts";
import { orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { until } from "../kit/until.ts";

const KINDS = ["compiled", "xstate"] as const;
const never = { seed: () => 0x7fff_ffff };
const always = { seed: () => 0 };

/** An order whose handlers answer only as often as they are let; then they wait until they are told to abort. */
function slowOrder(): { implementation: Implementation; readonly answered: () => number; let(more: number): void } {
  const { steps } = orderWorld();
  let [left, answered] = [0, 0];
  const slow = Object.fromEntries(
    Object.entries(steps).map(([service, operations]) => [
      service,
      Object.fromEntries(
        Object.entries(operations).map(([name, handler]) => [
          name,
          (input: unknown, ctx: { signal: AbortSignal }) => {
            if (left === 0) return untilAborted(ctx.signal);
            left -= 1;
            answered += 1;
            return (handler as (input: unknown, ctx: unknown) => unknown)(input, ctx);
          },
        ]),
      ),
    ]),
  );
  return {
    implementation: implement(placeOrder, slow as never),
    answered: () => answered,
    let: (more) => {
      left = more;
    },
  };
}

describe("In a running store", () => {
  it.each([
    ["completed", null],
    ["compensated", 2],
  ] as const)("either goes on where the other stood, after each answer of an order that ends %s", async (ends, cancelAt) => {
    const store = await openStore("memory:");
    const order = slowOrder();
    const handle = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    let ended = false;
    const result = handle.result({ timeout: "60s" });
    void result.then(() => {
      ended = true;
    });
    let turns = 0;
    for (; !ended && turns < 20; turns++) {
      const before = order.answered();
      // Heard by the worker that starts now.
      const cancelled = turns === cancelAt ? handle.cancel() : null;
      order.let(1);
      const transition = KINDS[turns % 2] ?? "xstate";
      const worker = await startWorker({
        store,
        sagas: [order.implementation],
        transition,
        graceMs: 0,
        handleSignals: false,
        log: silentLogger,
      });
      await cancelled;
      await until("another answer, or the end", () => ended || order.answered() > before);
      await worker.stop();
    }
    expect((await result).status).toBe(ends);
    expect(turns).toBeGreaterThan(3);
    const records = (await handle.history()).map(({ record }): HistoryRecord => record);
    const folded = KINDS.map((kind) => JSON.stringify(replay(createTransition(placeOrder, kind), records)));
    expect(folded[0]).toBe(folded[1]);
    expect(JSON.parse(folded[0] ?? "").value).toBe(ends);
    await store.close();
  });

  it("a difference in the shadow sets that saga aside by name, and nothing of the event is committed", async () => {
    let asked = 0;
    const machine = placeOrder.machine.provide({
      // A defect: it answers otherwise each time it is asked.
      actions: { begin: assign(({ context }) => ({ steps: { ...context.steps, asked: ++asked } })) },
    } as never);
    const { steps, calls } = orderWorld();
    const store = await openStore("memory:");
    const options = { store, sagas: [implement({ ...placeOrder, machine }, steps)], handleSignals: false, log: silentLogger };
    const worker = await startWorker({ ...options, shadow: 1 });
    const handle = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await expect(handle.result({ timeout: "20s" })).rejects.toThrow("RT3002");
    await worker.stop();
    expect(calls).toEqual([]);
    const last = (await handle.history()).at(-1)?.record;
    expect(last).toMatchObject({ type: "quarantined" });
    expect(JSON.stringify(last)).toContain(
      "RT3007 transitions-differ: PlaceOrder@1: its start leads to one state by its compiled transition",
    );
    await store.close();
  });
});

describe("A shadow", () => {
  const [compiled, xstate] = [createTransition(placeOrder, "compiled"), createTransition(placeOrder, "xstate")];
  const start = { input: orderInput(), seed: 1 };
  const broken = { ...xstate, initial: () => ({ ...xstate.initial(start), value: "elsewhere" }) };
  const throwing = {
    ...xstate,
    initial: () => {
      throw new Error("a defect");
    },
  };

  it.each([
    ["none is drawn", broken, 0.001, never, null],
    ["all are", broken, 1, never, /RT3007/],
    ["this one is drawn", broken, 0.001, always, /RT3007/],
    ["only one of them throws", throwing, 1, never, /RT3007/],
    ["both are equal", xstate, 1, never, null],
    ["both work alike", { ...broken, by: "compiled" as const }, 1, never, null],
  ])("%s", (_, other, share, random, refuses) => {
    const made = shadowed(compiled, other, { saga: "PlaceOrder@1", share, random });
    const begin = () => made.initial(start);
    if (refuses !== null) expect(begin).toThrow(refuses);
    else expect(begin()).toEqual(compiled.initial(start));
  });

  it("says the error of both, where both throw", () => {
    const twice = shadowed({ ...throwing, by: "compiled" }, throwing, { saga: "S@1", share: 1, random: never });
    expect(() => twice.initial(start)).toThrow("a defect");
  });
});

describe("An implementation", () => {
  it("has the compiled transition, unless a worker asks for XState, in its bodies too", () => {
    const made = implement(placeOrder, orderWorld().steps);
    expect(made.transition.by).toBe("compiled");
    const by = carried(made, { transition: "xstate", shadow: 0, random: never });
    expect([by.transition.by, by.unit.transition.by]).toEqual(["xstate", "xstate"]);
    expect(carried(made, { transition: "compiled", shadow: 0, random: never })).toBe(made);
  });

  it("is run by XState where its machine says what no generated one does, and the worker's log says why", async () => {
    const machine = placeOrder.machine.provide({ actions: { begin: () => undefined } } as never);
    expect(createTransition({ machine } as Pick<SagaDefinition, "machine">)).toMatchObject({ by: "compiled", refused: null });
    const odd = placeOrder.machine.provide({ guards: { failing: { check: () => false } } } as never);
    const store = await openStore("memory:");
    const warned: unknown[] = [];
    const why = "the machine has no compiled transition: guard failing is no function of its own";
    expect(createTransition({ machine: odd } as Pick<SagaDefinition, "machine">)).toMatchObject({ by: "xstate", refused: why });
    const made = implement({ ...placeOrder, machine: odd }, orderWorld().steps);
    expect(refusedBy(made)).toEqual([{ saga: "PlaceOrder@1", why }]);
    expect(refusedBy(carried(made, { transition: "compiled", shadow: 1, random: never }))).toHaveLength(1);
    expect(refusedBy(carried(made, { transition: "xstate", shadow: 0, random: never }))).toEqual([]);
    const log = { ...silentLogger, warn: (...said: unknown[]) => void warned.push(said) };
    const worker = await startWorker({ store, sagas: [made], handleSignals: false, log });
    await worker.stop();
    await store.close();
    expect(warned).toEqual([[expect.stringContaining("XState runs it"), { saga: "PlaceOrder@1", why }]]);
  });
});
