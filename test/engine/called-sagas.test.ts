import { createClient, implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import type { Failure, SagaContext, StepRecord } from "../../runtime/engine/definition.ts";
import { handMade } from "../kit/hand-made.ts";
import type { Handlers, HandSaga } from "../kit/hand-plan.ts";
import { until } from "../kit/until.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";

/** A saga that calls another one, and then does something that can fail. */
const flight = handMade({
  saga: "Flight",
  nodes: [
    { kind: "step", name: "book" },
    { kind: "step", name: "pay" },
  ],
  output: ({ steps }) => (steps.book as StepRecord).forward.output,
  ending: true,
});

const call = { kind: "saga", body: null, saga: { saga: "Flight", version: 1 }, max: 1, keepsOutput: true } as const;
const trip = handMade({
  saga: "Trip",
  nodes: [
    { kind: "children", name: "flight", runs: { ...call, inputs: ({ input }: SagaContext) => [input] } },
    { kind: "step", name: "hotel" },
  ],
  output: ({ steps }) => (steps.flight as StepRecord).forward.output,
});

describe("a saga that calls another one", () => {
  test("the callee has its own row, history and endings; its output is the answer", async () => {
    await inRun({}, async (run, saga, calls) => {
      expect(await run.through(saga.result())).toEqual({ status: "completed", output: "seat 7" });
      await run.until("its endings have run", async () => (await saga.children())[0]?.conditions.length === 0);
      expect(new Set(calls)).toEqual(new Set(["book", "pay", "hotel", "tell"]));
      expect(await saga.children()).toEqual([{ id: "trip-1//flight.1.0", status: "completed", conditions: [] }]);
      const [started] = await saga.history("trip-1//flight.1.0");
      expect(started?.record).toMatchObject({ type: "started", saga: "Flight", version: 1, correlationId: "trip-1" });
      await expect(saga.history("trip-2//flight.1.0")).rejects.toMatchObject({ code: "RT1004" });
    });
  });

  test("one that completed is undone as a whole, after its endings", async () => {
    await inRun({ hotel: boom }, async (run, saga, calls) => {
      const result = await run.through(saga.result());
      expect(result).toMatchObject({ status: "compensated", failure: { step: "hotel" } });
      expect([...calls].sort()).toEqual(["book", "hotel", "pay", "tell", "undo_book", "undo_hotel", "undo_pay"]);
      expect(calls.indexOf("undo_pay")).toBeGreaterThan(calls.indexOf("tell"));
      expect(calls.indexOf("undo_book")).toBeGreaterThan(calls.indexOf("undo_pay"));
      expect((await saga.children())[0]?.status).toBe("compensated");
      const types = (await saga.history("trip-1//flight.1.0")).map(({ record }) => record.type);
      expect(types.filter((type) => type === "ended")).toHaveLength(2);
      expect(types).toContain("reopened");
    });
  });

  test("one that fails has undone itself, and its failure is the caller's", async () => {
    await inRun({ pay: boom }, async (run, saga, calls) => {
      expect(await run.through(saga.result())).toMatchObject({
        status: "compensated",
        failure: { step: "pay", summary: "boom" },
      });
      expect(calls).toEqual(["book", "pay", "undo_pay", "undo_book"]);
    });
  });

  test("its input is held against its own type: what does not fit is a failure, and nothing was begun", async () => {
    const strict: HandSaga = {
      ...flight,
      validators: {
        ...flight.validators,
        input: { safeParse: () => ({ success: false, error: { issues: [{ path: ["day"], message: "expected a date" }] } }) },
      },
    };
    await inRun(
      {},
      async (run, saga, calls) => {
        const result = await run.through(saga.result());
        expect((result as { failure: Failure }).failure.summary).toContain("day: expected a date");
        expect(calls).toEqual([]);
        expect(await saga.children()).toEqual([]);
      },
      strict,
    );
  });

  test("a worker that does not serve the callee does not start", async () => {
    const store = await openStore("memory:");
    const alone = startWorker({ store, sagas: [implement(trip, steps({}, []))], log: silentLogger, handleSignals: false });
    await expect(alone).rejects.toMatchObject({ code: "RT1013", message: expect.stringContaining("Flight@1") });
    await store.close();
  });

  test("a signal that only the callee declares goes through the root; what does not fit it is refused by the worker", async () => {
    const asking = handMade({
      saga: "Flight",
      signals: ["confirmed"],
      nodes: [{ kind: "await", name: "$await1", signals: [{ signal: "confirmed", case: "$case1" }] }],
    });
    await inRun(
      {},
      async (run, saga) => {
        await run.settle();
        await expect(run.through(saga.signal("confirmed", "yes"))).rejects.toMatchObject({
          code: "RT1014",
          message: expect.stringContaining("object"),
        });
        await expect(run.through(saga.signal("aproved", {}))).rejects.toMatchObject({
          code: "RT1014",
          message: expect.stringContaining("aproved"),
        });
        await run.through(saga.signal("confirmed", { by: "kim" }));
        expect((await run.through(saga.result())).status).toBe("completed");
      },
      asking,
    );
  });

  test("a cancel reaches it, and waits for what it is doing", async () => {
    let go = (): void => undefined;
    const book = () => new Promise((resolve) => (go = () => resolve("seat 7")));
    await inRun({ book }, async (run, saga, calls) => {
      await run.until("it books", () => calls.length === 1);
      await run.through(saga.cancel({ by: "kim" }));
      go();
      expect(await run.through(saga.result())).toMatchObject({ status: "compensated", failure: { name: "Cancelled" } });
      expect(calls).toEqual(["book", "undo_book"]);
    });
  });
});

describe("rounds", () => {
  test("each is an instance of its own; all of them are undone, the last first", async () => {
    const one = { kind: "round", body: null, saga: { saga: "Flight", version: 1 }, max: 1, inputs: () => [null] } as const;
    // Two calls of the same kind stand for two rounds: a machine by hand has no loop.
    const rounds = handMade({
      saga: "Trip",
      nodes: [
        { kind: "children", name: "first", runs: one },
        { kind: "children", name: "second", runs: one },
        { kind: "step", name: "hotel" },
      ],
    });
    await inRun(
      { hotel: boom },
      async (run, saga, calls) => {
        await run.through(saga.result());
        expect((await saga.children()).map(({ id, status }) => [id, status])).toEqual([
          ["trip-1//first.1.0", "compensated"],
          ["trip-1//second.1.0", "compensated"],
        ]);
        expect(calls.filter((name) => name === "undo_book")).toHaveLength(2);
      },
      flight,
      rounds,
    );
  });
});

describe("what is computed", () => {
  const computing = handMade({
    saga: "Price",
    nodes: [{ kind: "compute", name: "price", args: ({ input }) => [(input as { net: number }).net, 19] }],
    output: ({ steps }) => (steps.price as StepRecord).forward.output,
  });
  const input = { net: 100 };

  test("is given its arguments, and its result is in the history", async () => {
    const price = (net: number, percent: number) => ({ gross: net + (net * percent) / 100 });
    const run = await virtualRun({
      open: (clock) => openStore("memory:", { clock }),
      sagas: [implement(computing, { compute: { price } })],
    });
    const saga = await run.through(run.client.start(computing, { id: "price-1", input }));
    expect(await run.through(saga.result())).toEqual({ status: "completed", output: { gross: 119 } });
    const answered = (await saga.history()).map(({ record }) => record).find(({ type }) => type === "answered");
    expect(answered).toMatchObject({ event: { output: { gross: 119 } } });
    await run.close();
  });

  test("where it throws the saga is quarantined, and says why", async () => {
    const price = () => boom();
    const run = await virtualRun({
      open: (clock) => openStore("memory:", { clock }),
      sagas: [implement(computing, { compute: { price } })],
    });
    const saga = await run.through(run.client.start(computing, { id: "price-1", input }));
    await run.until("it is set aside", async () => (await saga.status()).conditions.includes("quarantined"));
    expect((await saga.history()).at(-1)?.record).toMatchObject({ type: "quarantined", message: "price threw: boom" });
    await expect(saga.result()).rejects.toMatchObject({ code: "RT3002" });
    await run.close();
  });
});

describe("an answer that comes after its undo", () => {
  const impatient = handMade({
    saga: "Trip",
    nodes: [
      { kind: "step", name: "hold", impatient: true },
      { kind: "step", name: "hotel" },
    ],
  });

  test("a success makes its compensation be called once more, now with the output, under a key of its own", async () => {
    let go = (_: unknown): void => undefined;
    let freed = (_: unknown): void => undefined;
    const keys: string[] = [];
    const undos = [() => new Promise((resolve) => (freed = resolve)), () => null];
    const hold = () => new Promise((resolve) => (go = resolve));
    const undo_hold = (_: unknown, ctx: { idempotencyKey: string }) => {
      keys.push(ctx.idempotencyKey);
      return undos.shift()?.();
    };
    await inRun(
      { hold, undo_hold },
      async (run, saga, calls) => {
        await run.until("it is held", () => calls.length === 1);
        await run.through(saga.cancel());
        await run.until("it is being undone", () => keys.length === 1);
        go({ hold: 7 });
        await run.until("it is undone once more", () => keys.length === 2);
        freed(null);
        expect((await run.through(saga.result())).status).toBe("compensated");
        expect(keys).toEqual(["Trip/trip-1/hold/undo/0", "Trip/trip-1/hold/undo/0/late"]);
        const types = (await saga.history()).map(({ record }) => record.type);
        expect(types).toContain("late");
        expect(types).toContain("lateUndone");
      },
      flight,
      impatient,
    );
  });

  test("where the saga has ended nothing is called any more, and an alarm names it", async () => {
    let go = (_: unknown): void => undefined;
    const hold = () => new Promise((resolve) => (go = resolve));
    await inRun(
      { hold },
      async (run, saga, calls) => {
        await run.until("it is held", () => calls.length === 1);
        await run.through(saga.cancel());
        await run.through(saga.result());
        go({ hold: 7 });
        await run.until("the alarm", async () => (await saga.history()).at(-1)?.record.type === "alarm");
        expect((await saga.history()).at(-1)?.record).toMatchObject({ type: "alarm", step: "hold" });
        expect(calls).toEqual(["hold", "undo_hold"]);
      },
      flight,
      impatient,
    );
  });
});

describe("the end of a saga with endings", () => {
  test("is reported first, with the condition `ending`, and a worker that takes over runs them", async () => {
    const store = await openStore("memory:");
    let told = 0;
    const tell = () => (++told === 1 ? new Promise(() => undefined) : null);
    const sagas = () => [
      implement(flight, { things: { book: () => 1, undo_book: () => null, pay: () => 2, undo_pay: () => null, tell } }),
    ];
    const first = await startWorker({ store, sagas: sagas(), log: silentLogger, handleSignals: false, graceMs: 1 });
    const saga = await createClient({ store }).start(flight, { id: "flight-1", input: null });
    expect((await saga.result({ timeout: "10s" })).status).toBe("completed");
    expect((await saga.status()).conditions).toEqual(["ending"]);
    await until("it is told", () => told === 1);
    await first.stop();
    const second = await startWorker({ store, sagas: sagas(), log: silentLogger, handleSignals: false });
    await until("the endings have run", async () => (await saga.status()).conditions.length === 0);
    expect(told).toBe(2);
    expect((await saga.history()).filter(({ record }) => record.type === "ended")).toHaveLength(1);
    await second.stop();
    await store.close();
  });
});

function boom(): never {
  throw new Error("boom");
}

/** Handlers that do as little as they can, but for those given; `calls`: which were called, in order. */
function steps(own: Readonly<Record<string, unknown>>, calls: string[]): Handlers {
  const plain = { book: () => "seat 7", pay: () => null, hotel: () => null, hold: () => null, tell: () => null };
  const all: Record<string, unknown> = {
    ...plain,
    ...Object.fromEntries(Object.keys(plain).map((name) => [`undo_${name}`, () => null])),
    ...own,
  };
  const noted = Object.entries(all).map(([name, handler]) => [
    name,
    (...args: readonly unknown[]) => {
      calls.push(name);
      return (handler as (...given: readonly unknown[]) => unknown)(...args);
    },
  ]);
  return { things: Object.fromEntries(noted) };
}

async function inRun(
  own: Readonly<Record<string, unknown>>,
  body: (run: VirtualRun, saga: Awaited<ReturnType<typeof begin>>, calls: string[]) => Promise<void>,
  callee: HandSaga = flight,
  caller: HandSaga = trip,
): Promise<void> {
  const calls: string[] = [];
  const sagas = [implement(caller, steps(own, calls)), implement(callee, steps(own, calls))];
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas });
  try {
    await body(run, await begin(run, caller), calls);
  } finally {
    await run.close();
  }
}

function begin(run: VirtualRun, definition: HandSaga) {
  return run.through(run.client.start(definition, { id: "trip-1", input: {} }));
}
