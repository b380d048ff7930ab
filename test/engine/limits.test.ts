import { createClient, implement, openStore, startWorker } from "@sagac/runtime";
import { CountedIds, observeStore, SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { readEnvelope } from "../../runtime/engine/envelope.ts";
import { isOfRetries } from "../../runtime/engine/history.ts";
import { HISTORY_MAX_RECORDS, HISTORY_WARN_RECORDS } from "../../runtime/engine/limits.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import { handMade } from "../kit/hand-made.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { until } from "../kit/until.ts";
import { virtualRun } from "../kit/virtual-run.ts";

type Line = Readonly<Record<string, unknown>> & { readonly message: string };

/** Warnings of a worker. */
function logOf() {
  const lines: Line[] = [];
  const warn = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => void lines.push({ ...fields, message });
  return { lines, log: { info: () => undefined, warn, error: warn } };
}

describe("a payload that is large", () => {
  const LARGE = "x".repeat(600 * 1024);
  test.each([
    ["an input", orderInput({ sku: LARGE }), {}, "a start of a saga"],
    [
      "an output",
      orderInput(),
      { orders: { createOrder: () => ({ createdAt: "2026-01-01T00:00:00Z", more: LARGE }) as never } },
      "the output of createOrder",
    ],
    [
      "an error's data",
      orderInput(),
      {
        payments: {
          authorizePayment: (_: unknown, ctx: { fail(name: string, data: unknown): Error }) => {
            throw ctx.fail("PaymentDeclined", { reason: LARGE });
          },
        } as never,
      },
      "the output of authorizePayment's error PaymentDeclined",
    ],
  ])("is told of in the log: %s", async (_, input, overrides, what) => {
    const { lines, log } = logOf();
    const store = await openStore("memory:");
    const worker = await startWorker({ store, sagas: [orderImplementation(orderWorld(overrides))], handleSignals: false, log });
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input });
    await order.result({ timeout: "30s" });
    const told = lines.filter(({ message }) => message === "a payload is large");
    expect(told.find((line) => line.what === what)).toMatchObject({ code: "RT1010", max: 2 * 1024 * 1024, saga: "order-1" });
    await worker.stop();
    await store.close();
  });

  test("and one that is not, is not", async () => {
    const { lines, log } = logOf();
    const store = await openStore("memory:");
    const worker = await startWorker({ store, sagas: [orderImplementation(orderWorld())], handleSignals: false, log });
    const input = orderInput({ sku: "x".repeat(500 * 1024) });
    await (await createClient({ store }).start(placeOrder, { id: "order-1", input })).result({ timeout: "30s" });
    expect(lines).toEqual([]);
    await worker.stop();
    await store.close();
  });
});

/** Every saga is read as if its history had so many records. */
const asOf =
  (records: number, retries = 0) =>
  ({ operation }: { readonly operation: string }, outcome: { readonly ok: boolean; readonly value?: unknown }): void => {
    if (operation !== "load" || !outcome.ok || outcome.value === null) return;
    const stored = outcome.value as { snapshot: { whole: string } };
    stored.snapshot.whole = stored.snapshot.whole.replace(/"records":\d+/, `"records":${records},"retries":${retries}`);
  };

describe("a history that grows long", () => {
  const waiting = handMade({
    saga: "Wait",
    signals: ["approved"],
    nodes: [
      { kind: "step", name: "prepare" },
      { kind: "await", name: "$await1", signals: [{ signal: "approved", case: "$case1" }] },
    ],
  });

  /** A saga that waits, with so many records of which its snapshot knows. */
  async function waitingWith(records: number, retries = 0) {
    const { lines, log } = logOf();
    const clock = new VirtualClock();
    const opened = await openStore("memory:", { clock });
    const ports = { clock, ids: new CountedIds(), random: new SeededRandom(1) };
    const sagas = [implement(waiting, { things: { prepare: () => null, undo_prepare: () => null } })];
    const client = createClient({ store: opened, clock });
    const saga = await client.start(waiting, { id: "saga-1", input: null });
    const first = await startWorker({ store: opened, sagas, handleSignals: false, ...ports });
    await until("it waits", async () => (await saga.history()).some(({ record }) => record.type === "waiting"));
    await first.stop();
    const store = observeStore(opened, { after: asOf(records, retries) });
    const worker = await startWorker({ store, sagas, handleSignals: false, log, ...ports });
    return { saga, lines, worker };
  }

  test("is counted in the snapshot", async () => {
    const run = await virtualRun({
      open: (clock) => openStore("memory:", { clock }),
      sagas: [orderImplementation(orderWorld())],
    });
    const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    await run.through(order.result());
    const { length } = await run.through(order.history());
    const stored = await run.through(run.store.load(partitionOf("PlaceOrder", 1, "order-1", run.store.partitions), "order-1"));
    expect(stored === null ? null : readEnvelope(stored.snapshot, "order-1", null).records).toBe(length);
    await run.close();
  });

  test("is told of in the log, once", async () => {
    const { saga, lines, worker } = await waitingWith(HISTORY_WARN_RECORDS - 1);
    await saga.signal("approved", {});
    await saga.result();
    const told = lines.filter(({ message }) => message === "a history grows long");
    expect(told).toMatchObject([{ code: "RT3008", saga: "saga-1", refusesAt: HISTORY_MAX_RECORDS }]);
    await worker.stop();
  });

  test("takes no signal any more, and still what ends it", async () => {
    const { saga, worker } = await waitingWith(HISTORY_MAX_RECORDS);
    await expect(saga.signal("approved", {})).rejects.toMatchObject({ code: "RT3008" });
    await saga.cancel();
    expect((await saga.result()).status).toBe("compensated");
    await worker.stop();
  });

  test("takes no fresh attempt from a person any more, and every other verdict", async () => {
    const opened = await openStore("memory:");
    const world = orderWorld({ orders: { createOrder: () => ({ createdAt: "no time" }) } });
    const options = { sagas: [orderImplementation(world)], handleSignals: false, log: logOf().log };
    const worker = await startWorker({ ...options, store: observeStore(opened, { after: asOf(HISTORY_MAX_RECORDS) }) });
    const order = await createClient({ store: opened }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("it is parked", async () => (await order.status()).parked.length > 0);
    const kim = { by: "kim", reason: "looked" };
    await expect(order.decide("createOrder", { verb: "retry" }, kim)).rejects.toMatchObject({ code: "RT3008" });
    await order.decide("createOrder", { verb: "goBack" }, kim);
    expect((await order.result({ timeout: "10s" })).status).toBe("compensated");
    await worker.stop();
    await opened.close();
  });

  test("takes a signal still where what trying again has made is more than that", async () => {
    const { saga, worker } = await waitingWith(40 * HISTORY_MAX_RECORDS, 39 * HISTORY_MAX_RECORDS + 1_000);
    await saga.signal("approved", {});
    expect((await saga.result()).status).toBe("completed");
    await worker.stop();
  });

  test.each(["snapshots", "events"] as const)("counts apart what trying again has made, with history: %s", async (history) => {
    let left = 12;
    const world = orderWorld({
      shipping: {
        requestShipment: () => {
          if (left-- > 0) throw new Error("nobody is there");
          return { trackingId: "t" };
        },
      },
    });
    const run = await virtualRun({
      open: async (clock) => await openStore("memory:", { clock }),
      sagas: [orderImplementation(world)],
      snapshotEvery: 8,
      history,
    });
    const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    await run.through(order.result());
    const records = (await run.through(order.history())).map(({ record }) => record);
    const stored = await run.store.load(partitionOf("PlaceOrder", 1, "order-1", run.store.partitions), "order-1");
    const envelope = stored === null ? null : readEnvelope(stored.snapshot, "order-1", null);
    // Of thirteen attempts the third to the twelfth are one record; beside it two pauses, and the call of the last.
    expect(envelope).toMatchObject({ records: records.length, retries: 1 + 2 + 1 });
    expect(records.filter(isOfRetries)).toHaveLength(4);
    await run.close();
  });

  test("takes signals until then", async () => {
    const { saga, worker } = await waitingWith(HISTORY_MAX_RECORDS - 1);
    await saga.signal("approved", {});
    expect((await saga.result()).status).toBe("completed");
    await worker.stop();
  });
});

describe("an id that is given with a command", () => {
  test.each([
    ["a signal", "is empty", (saga: Saga) => saga.signal("approved" as never, {} as never, { id: "" })],
    ["a signal", "is too long", (saga: Saga) => saga.signal("approved" as never, {} as never, { id: "x".repeat(256) })],
    ["a cancel", "is empty", (saga: Saga) => saga.cancel({ id: "" })],
    [
      "a verdict",
      "has half of a surrogate",
      (saga: Saga) => saga.decide("a", { verb: "retry" }, { by: "k", reason: "r", id: "\ud800" }),
    ],
  ])("of %s is refused where it %s", async (_, __, send) => {
    const store = await openStore("memory:");
    const saga = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await expect(send(saga)).rejects.toMatchObject({ code: "RT1001" });
    await store.close();
  });

  test("correlates nothing where it is empty", async () => {
    const store = await openStore("memory:");
    const client = createClient({ store });
    const started = client.start(placeOrder, { id: "order-1", input: orderInput(), correlationId: "" });
    await expect(started).rejects.toThrow("a correlation id");
    await store.close();
  });
});

type Saga = ReturnType<ReturnType<typeof createClient>["get"]>;
