import { createClient, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { CountedIds, observeStore, SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { partitionOf } from "../../runtime/store/partition.ts";
import type { StoredSaga } from "../../runtime/store/store.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { until } from "../kit/until.ts";
import { virtualRun } from "../kit/virtual-run.ts";

const memory = (clock: VirtualClock) => openStore("memory:", { clock });

test("a logger that throws keeps nothing from going on, whatever is being told", async () => {
  const clock = new VirtualClock();
  let failures = 2;
  const inner = await openStore("memory:", { clock });
  const commit: typeof inner.commit = (parts) => {
    if (failures-- > 0) throw new Error("away");
    return inner.commit(parts);
  };
  const store = new Proxy(inner, {
    get: (target, name) => {
      if (name === "commit") return commit;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  let told = 0;
  const full = (): never => {
    told++;
    throw new Error("the log's disk is full");
  };
  const log = { info: full, warn: full, error: full };
  const worker = await startWorker({ store, sagas: [orderImplementation(orderWorld())], handleSignals: false, log, clock });
  const order = await createClient({ store: inner, clock }).start(placeOrder, { id: "order-1", input: orderInput() });
  const result = order.result({ timeout: "1m" });
  let ended = false;
  void result.finally(() => {
    ended = true;
  });
  await until("it has ended", () => {
    clock.advanceBy(50);
    return ended;
  });
  expect((await result).status).toBe("completed");
  expect(told).toBeGreaterThan(0);
  await worker.stop();
});

describe("stopping a worker", () => {
  test("it waits for running handlers, commits what they answer, begins nothing new, and the next worker goes on without a repeat", async () => {
    const store = await openStore("memory:");
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const world = orderWorld({
      orders: {
        createOrder: async () => {
          await held;
          return { createdAt: "2026-01-01T00:00:00Z" };
        },
      },
    });
    const options = { store, sagas: [orderImplementation(world)], handleSignals: false, log: silentLogger };
    const first = await startWorker(options);
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("the order is being created", () => world.calls.length === 1);

    const stopping = first.stop();
    release();
    await stopping;
    expect(world.calls.map((call) => call.operation)).toEqual(["orders.createOrder"]);
    expect((await order.history()).some(({ record }) => record.type === "answered")).toBe(true);

    const second = await startWorker(options);
    expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    expect(world.calls).toHaveLength(5);
    expect(world.calls.every((call) => !call.redelivered)).toBe(true);
    expect((await order.history()).some(({ record }) => record.type === "recovered")).toBe(false);
    await second.stop();
    await store.close();
  });

  test("a handler that outlives the grace is told to abort, and delivered again by the next worker, marked", async () => {
    const clock = new VirtualClock();
    const store = await openStore("memory:", { clock });
    let reason: unknown = null;
    const world = orderWorld({
      orders: {
        createOrder: (_, ctx) => {
          if (ctx.redelivered) return { createdAt: "2026-01-01T00:00:00Z" };
          ctx.signal.addEventListener("abort", () => {
            reason = ctx.signal.reason;
          });
          return untilAborted(ctx.signal);
        },
      },
    });
    const ports = { clock, ids: new CountedIds(), random: new SeededRandom(1) };
    const options = {
      store,
      sagas: [orderImplementation(world)],
      handleSignals: false,
      log: silentLogger,
      graceMs: 500,
      ...ports,
    };
    const first = await startWorker(options);
    const order = await createClient({ store, clock }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("the order is being created", () => world.calls.length === 1);
    const stopping = first.stop();
    clock.advanceBy(500);
    await stopping;
    expect(reason).toMatchObject({ code: "RT4002" });

    const second = await startWorker(options);
    const result = order.result();
    await until("the order is done", () => world.calls.length === 6);
    expect(world.calls[1]).toMatchObject({
      operation: "orders.createOrder",
      attempt: 1,
      redelivered: true,
      key: world.calls[0]?.key,
    });
    expect((await result).status).toBe("completed");
    await second.stop();
  });
});

describe("a worker that lost its lease", () => {
  test("stops its effects, commits nothing more, and takes the partition up again when it is free", async () => {
    const reasons: unknown[] = [];
    const capturePayment = (_: unknown, ctx: { readonly signal: AbortSignal }) => {
      ctx.signal.addEventListener("abort", () => reasons.push(ctx.signal.reason));
      return untilAborted(ctx.signal);
    };
    const run = await virtualRun({ open: memory, sagas: [orderImplementation(orderWorld({ payments: { capturePayment } }))] });
    const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    await run.settle();
    const before = (await order.history()).length;
    // Another worker takes its partition the moment the lease has run out; the first one is not told.
    run.clock.advanceBy(1);
    const partition = partitionOf("PlaceOrder", 1, "order-1", run.store.partitions);
    const [lease] = await run.store.lease([{ partition, epoch: null }], "worker-1", 1_000);
    expect(lease?.epoch).toBe(2);
    // The pivot's time-out makes the first worker commit under epoch 1: it is fenced and takes the partition up anew, under epoch 3.
    await run.until("it goes on", async () => (await order.history()).length > before);
    const records = (await order.history()).slice(before).map(({ record }) => record.type);
    expect(records[0]).toBe("recovered");
    expect(reasons[0]).toMatchObject({ code: "RT4001" });
    await run.close();
  });
});

describe("a saga whose data makes the engine throw", () => {
  test("is set aside alone, by name; its commands are kept and others go on", async () => {
    const store = await openStore("memory:");
    const world = orderWorld({ shipping: { requestShipment: (_, ctx) => untilAborted(ctx.signal) } });
    const options = { store, sagas: [orderImplementation(world)], handleSignals: false, log: silentLogger, graceMs: 1 };
    const first = await startWorker(options);
    const client = createClient({ store });
    const bad = await client.start(placeOrder, { id: "bad", input: orderInput() });
    await until("the shipment is requested", () => world.calls.some((call) => call.operation === "shipping.requestShipment"));
    await first.stop();

    // The same saga at the same version, from another plan: what a change without a new version does.
    const broken = observeStore(store, {
      after: (call, outcome) => {
        if (call.operation !== "load" || !outcome.ok || outcome.value === null) return;
        const stored = outcome.value as { sagaId: string; snapshot: StoredSaga["snapshot"] };
        if (stored.sagaId !== "bad") return;
        const whole = stored.snapshot.whole.replace(/"planHash":"[0-9a-f]+"/, '"planHash":"0"');
        stored.snapshot = { ...stored.snapshot, whole };
      },
    });
    const second = await startWorker({ ...options, store: broken, sagas: [orderImplementation(orderWorld())] });
    const good = await client.start(placeOrder, { id: "good", input: orderInput() });
    expect((await good.result({ timeout: "10s" })).status).toBe("completed");
    await until("it is set aside", async () => (await bad.status()).conditions.includes("quarantined"));
    const last = (await bad.history()).at(-1)?.record;
    expect(last).toMatchObject({ type: "quarantined" });
    expect(last?.type === "quarantined" && last.message).toContain("raise `version`");
    await expect(bad.result({ timeout: "1s" })).rejects.toMatchObject({ code: "RT3002" });
    await second.stop();
  });
});

describe("a person's verdict", () => {
  test("is refused where the output given does not fit, or the call is not parked; of two at once one wins", async () => {
    const store = await openStore("memory:");
    const world = orderWorld({ payments: { capturePayment: () => ({ paymentId: 7 }) as never } });
    const worker = await startWorker({ store, sagas: [orderImplementation(world)], handleSignals: false, log: silentLogger });
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("it parks", async () => (await order.status()).parked.includes("capturePayment"));
    const signed = { by: "kim", reason: "looked it up" };
    const happened = (output: unknown) => order.decide("capturePayment", { verb: "happened", output }, signed);
    await expect(happened({ paymentId: 7 })).rejects.toMatchObject({ code: "RT1002" });
    await expect(order.decide("createOrder", { verb: "retry" }, signed)).rejects.toMatchObject({
      code: "RT3005",
      message: expect.stringContaining(`"createOrder" is not parked; what is: "capturePayment"`),
    });
    await expect(order.decide("capturePayment", { verb: "skip" }, signed)).rejects.toMatchObject({
      code: "RT3005",
      message: expect.stringContaining(
        `\`skip\` does not fit "capturePayment", which stays parked; what fits: retry, happened, didNotHappen`,
      ),
    });
    const both = await Promise.allSettled([happened({ paymentId: "p-1" }), happened({ paymentId: "p-2" })]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    await worker.stop();
  });
});

describe("what a client is refused", () => {
  const start = async () => {
    const store = await openStore("memory:");
    return { store, client: createClient({ store }) };
  };

  test.each([
    ["an empty id", "", orderInput(), "RT1001"],
    ["an id that is too long", "x".repeat(256), orderInput(), "RT1001"],
    ["input of another type", "order-1", { ...orderInput(), quantity: "two" }, "RT1002"],
    ["input that is no JSON", "order-1", { ...orderInput(), quantity: Number.NaN }, "RT1011"],
    ["a key that could reach a prototype", "order-1", JSON.parse('{"__proto__": 1}'), "RT1011"],
    [
      "input that is nested too deeply",
      "order-1",
      { ...orderInput(), sku: JSON.parse("[".repeat(65) + "]".repeat(65)) },
      "RT1011",
    ],
    ["input that is too large", "order-1", { ...orderInput(), sku: "x".repeat(3_000_000) }, "RT1010"],
  ])("%s", async (_, id, input, code) => {
    const { client } = await start();
    await expect(client.start(placeOrder, { id, input: input as never })).rejects.toMatchObject({ code });
  });

  test("an id that was started with other input, with the place of the difference; the same input again is the same saga", async () => {
    const { client } = await start();
    await client.start(placeOrder, { id: "order-1", input: orderInput() });
    const again = await client.start(placeOrder, { id: "order-1", input: { ...orderInput() } });
    expect((await again.status()).status).toBe("starting");
    const other = client.start(placeOrder, { id: "order-1", input: orderInput({ total: { amount: 1, currency: "EUR" } }) });
    await expect(other).rejects.toMatchObject({ code: "RT1003", message: expect.stringContaining("$.total.amount") });
  });

  test("an id that was never started, at its first use", async () => {
    const { client } = await start();
    await expect(client.get(placeOrder, "nobody").status()).rejects.toMatchObject({ code: "RT1004" });
  });

  test("an id of the greatest length works", async () => {
    const { client, store } = await start();
    const id = "é".repeat(127);
    const worker = await startWorker({
      store,
      sagas: [orderImplementation(orderWorld())],
      handleSignals: false,
      log: silentLogger,
    });
    const order = await client.start(placeOrder, { id, input: orderInput() });
    expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    await expect(order.cancel()).rejects.toMatchObject({ code: "RT3003" });
    await worker.stop();
  });
});
