import { openStore } from "@sagac/runtime";
import { runSaga, VirtualClock } from "@sagac/runtime/testing";
import { describe, expect, it } from "vitest";
import { comparableHistory } from "../engine/comparable.ts";
import { orderInput, placeOrder, untilAborted } from "../kit/order.ts";

const input = orderInput();

describe("runSaga", () => {
  it("runs a saga to its end, whose participants nobody wrote: each call succeeds with a sample", async () => {
    const run = await runSaga(placeOrder, { input });
    expect(run).toMatchObject({
      status: "completed",
      output: { trackingId: "trackingId", paymentId: "paymentId" },
      faults: [],
      parked: [],
      refused: [],
    });
    expect(run.calls.map(({ operation }) => operation)).toEqual([
      "createOrder",
      "reserveStock",
      "authorizePayment",
      "capturePayment",
      "requestShipment",
    ]);
    expect(run.effects.map(({ step, undoneAtMs, compensable }) => [step, undoneAtMs, compensable])).toEqual([
      ["createOrder", null, true],
      ["reserveStock", null, true],
      ["authorizePayment", null, true],
      ["capturePayment", null, false],
      ["requestShipment", null, false],
    ]);
    expect(run.timeline.at(-1)).toMatch(/● completed$/);
  });

  it("takes handlers and outcomes side by side; a list has one for each call", async () => {
    const run = await runSaga(placeOrder, {
      input,
      steps: {
        orders: { createOrder: ["unknown", { output: { createdAt: "2026-02-02T00:00:00Z" } }] },
        inventory: { reserveStock: ({ sku }) => ({ reservationId: `r-${sku}` }) },
        payments: { authorizePayment: { error: "PaymentDeclined", data: { reason: "limit" } } },
      },
    });
    expect(run).toMatchObject({
      status: "compensated",
      failure: { name: "PaymentDeclined", data: { reason: "limit" } },
      faults: [],
    });
    expect(run.calls.map(({ kind, operation }) => `${kind} ${operation}`)).toEqual([
      "forward createOrder",
      "forward createOrder",
      "forward reserveStock",
      "forward authorizePayment",
      "undo releaseStock",
      "undo cancelOrder",
    ]);
    expect(run.calls.find(({ operation }) => operation === "releaseStock")?.input).toMatchObject({ reservationId: "r-chair" });
    expect(run.effects.map(({ step, undoneAtMs }) => [step, undoneAtMs !== null])).toEqual([
      ["createOrder", true],
      ["reserveStock", true],
    ]);
  });

  it("knows what a lost answer did, and what a hanging call did not", async () => {
    const lost = await runSaga(placeOrder, { input, steps: { orders: { createOrder: "lost-answer" } } });
    expect(lost).toMatchObject({ status: "compensated", failure: { name: "Unknown", step: "createOrder" }, faults: [] });
    expect(lost.effects).toMatchObject([{ step: "createOrder", undoneAtMs: expect.any(Number) }]);

    const hung = await runSaga(placeOrder, { input, steps: { orders: { createOrder: "hang" } } });
    expect(hung).toMatchObject({
      status: "compensated",
      failure: { name: "Unknown", step: "createOrder" },
      effects: [],
      faults: [],
    });
    // Three attempts of 2 s with 1 s of grace each.
    expect(hung.tookMs).toBeGreaterThan(9_000);
  });

  it("lets hours pass at once", async () => {
    const startMs = performance.now();
    const run = await runSaga(placeOrder, {
      input,
      steps: { shipping: { requestShipment: [...Array.from({ length: 100 }, () => "unknown" as const), "success"] } },
    });
    expect(run.status).toBe("completed");
    expect(run.tookMs).toBeGreaterThan(3_600_000 / 2);
    expect(performance.now() - startMs).toBeLessThan(60_000);
  });

  it("cancels, and lets a person decide, at their time; what is refused is told", async () => {
    const cancelled = await runSaga(placeOrder, {
      input,
      steps: { payments: { authorizePayment: "timeout" } },
      events: [{ at: "1s", cancel: "changed their mind" }],
    });
    expect(cancelled).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, refused: [], faults: [] });

    const late = await runSaga(placeOrder, {
      input,
      steps: { shipping: { requestShipment: { outcome: "success", after: "20s" } } },
      events: [{ at: "10s", cancel: "too late" }],
    });
    expect(late).toMatchObject({ status: "completed", refused: [expect.stringContaining("RT3004")] });

    const parked = {
      inventory: { reserveStock: { error: "OutOfStock" } },
      payments: { voidPayment: "unknown" },
    } as const;
    const clock = new VirtualClock();
    const skipped = await runSaga(placeOrder, { input, steps: parked, person: { verb: "skip" }, clock });
    expect(skipped).toMatchObject({ status: "compensated", incomplete: ["authorizePayment"], faults: [] });
    // A person decides by what is seen at that time, and no time passes while the verdict is sent.
    const timeOf = (type: string, kind?: string) =>
      skipped.history.find(({ record }) => record.type === type && (!("kind" in record) || record.kind === kind))?.atMs ??
      Number.NaN;
    expect(timeOf("command", "operator") - timeOf("parked")).toBeLessThanOrEqual(2);
    // Nor until what comes of it is seen.
    expect(clock.now()).toBe(skipped.history.at(-1)?.atMs);
    const decided = await runSaga(placeOrder, {
      input,
      steps: parked,
      events: [{ at: "2h", decide: "authorizePayment.undo", verdict: { verb: "skip" } }],
    });
    expect(decided).toMatchObject({ status: "compensated", incomplete: ["authorizePayment"], refused: [] });
    expect(decided.tookMs).toBeGreaterThanOrEqual(7_200_000);

    const alone = await runSaga(placeOrder, { input, steps: parked });
    expect(alone).toMatchObject({
      status: "running",
      parked: ["authorizePayment.undo"],
      conditions: ["overdue", "parked"],
      faults: [],
    });
  });

  it("says a verdict that does not fit once, and leaves the call parked", async () => {
    const steps = { inventory: { reserveStock: { output: {} as never } } };
    const run = await runSaga(placeOrder, { input, steps, person: { verb: "skip" }, limit: "1h" });
    expect(run).toMatchObject({ status: "running", parked: ["reserveStock"], refused: [expect.stringContaining("RT3005")] });
  });

  it("has time pass where a person has a call tried again for ever that fails at once", async () => {
    const steps = { inventory: { reserveStock: { output: {} as never } } };
    const run = await runSaga(placeOrder, { input, steps, person: { verb: "retry" }, limit: "1h" });
    expect(run).toMatchObject({ status: "running", faults: [] });
    expect(run.calls.length).toBeLessThan(1_000);
  });

  it("draws outcomes by a seed: the same seed, the same run; other seeds, all ends", async () => {
    const told = async (seed: number) => await runSaga(placeOrder, { input, random: true, seed, person: { verb: "retry" } });
    const runs = await Promise.all(Array.from({ length: 40 }, (_, seed) => told(seed)));
    expect(runs.flatMap(({ faults }) => faults)).toEqual([]);
    expect(new Set(runs.map((run) => (run.status === "compensated" ? run.failure.name : run.status)))).toEqual(
      new Set(["completed", "OutOfStock", "PaymentDeclined", "Unknown"]),
    );
    const again = await told(7);
    expect(again.history).toEqual(runs[7]?.history);
    expect(again.calls).toEqual(runs[7]?.calls);
  });

  it("goes on another store as it goes in memory", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const options = { input, random: true, seed, person: { verb: "retry" } } as const;
      const memory = await runSaga(placeOrder, options);
      const sqlite = await runSaga(placeOrder, { ...options, open: (clock) => openStore("sqlite::memory:", { clock }) });
      expect(comparableHistory(sqlite.history)).toEqual(comparableHistory(memory.history));
    }
  });

  it("kills its worker where it is told to, and another one carries on", async () => {
    const options = { input, steps: { payments: { authorizePayment: { error: "PaymentDeclined" } } } } as const;
    const whole = await runSaga(placeOrder, { ...options, killAt: 0 });
    expect(whole.points).toBe(20);
    for (let killAt = 1; killAt <= whole.points; killAt++) {
      const run = await runSaga(placeOrder, { ...options, killAt });
      expect(run, `killed at ${killAt}`).toMatchObject({
        status: "compensated",
        failure: { name: "PaymentDeclined" },
        faults: [],
      });
    }
  });

  it("waits a while for a handler at real work, and shares its clock with one that waits in virtual time", async () => {
    const clock = new VirtualClock();
    const run = await runSaga(placeOrder, {
      input,
      clock,
      // Many times what the real work takes: a machine may be slow.
      patienceMs: 400,
      steps: {
        orders: {
          createOrder: async () => {
            await import("node:fs/promises").then(({ stat }) => stat("."));
            return { createdAt: "2026-01-01T00:00:00Z" };
          },
        },
        payments: {
          authorizePayment: async (_, ctx) => {
            await new Promise((resolve) => void clock.schedule(5_500, () => resolve(null)));
            expect(ctx.signal.aborted).toBe(true);
            return { authorizationId: "slow" };
          },
        },
        inventory: { reserveStock: [(_, ctx) => untilAborted(ctx.signal), "success"] },
      },
    });
    expect(run).toMatchObject({ status: "completed", faults: [] });
    expect(run.calls.filter(({ operation }) => operation === "authorizePayment")).toHaveLength(1);
    expect(run.calls.filter(({ operation }) => operation === "reserveStock")).toHaveLength(2);
  });

  it("tells of a participant that a saga leaves half-done", async () => {
    const steps = {
      inventory: { reserveStock: { error: "OutOfStock" } },
      // It says that it was declined, after it took the money: no saga can know.
      payments: {
        authorizePayment: ["lost-answer", "unknown", "unknown"],
        findAuthorization: { output: { status: "didNotHappen" } },
      },
    } as const;
    const run = await runSaga(placeOrder, { input, steps });
    expect(run.status).toBe("compensated");
    expect(run.faults).toEqual(["PlaceOrder/run-1/authorizePayment/forward/0 stands, although the saga is compensated"]);
  });
});
