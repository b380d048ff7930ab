import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Meter, metrics } from "@opentelemetry/api";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { createClient, measureStore, openStore, type Store, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { INSTRUMENTS } from "../../runtime/observe/metrics.ts";
import { itemWorld } from "../kit/items.ts";
import { type Figure, measured } from "../kit/measured.ts";
import { type Overrides, orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { ROOT } from "../kit/scratch.ts";
import { until } from "../kit/until.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";

async function measuredRun(
  participants: Overrides = {},
  options: { readonly wrap?: (store: Store) => Store; readonly services?: Readonly<Record<string, { max: number }>> } = {},
) {
  const { meter, read } = measured();
  const { wrap, services = {} } = options;
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock, partitions: 1 }),
    sagas: [orderImplementation(orderWorld(participants))],
    ...(wrap === undefined ? {} : { wrap }),
    limits: { meter, services },
  });
  return { run, meter, read };
}

const begin = (run: VirtualRun, id: string) => run.client.start(placeOrder, { id, input: orderInput() });

/** Those whose name begins so. */
function of(figures: Readonly<Record<string, Figure>>, name: string): Readonly<Record<string, Figure>> {
  return Object.fromEntries(Object.entries(figures).filter(([key]) => key.startsWith(`${name}{`)));
}

/** The same, but for counters that have counted nothing yet. */
function counted(figures: Readonly<Record<string, Figure>>, name: string): Readonly<Record<string, Figure>> {
  return Object.fromEntries(Object.entries(of(figures, name)).filter(([, figure]) => figure !== 0));
}

const ORDER = "saga.name=PlaceOrder, saga.version=1";
const attempts = (step: string, kind: string, outcome: string): string =>
  `saga.step.attempts{saga.name=PlaceOrder, saga.step=${step}, saga.kind=${kind}, saga.outcome=${outcome}}`;

describe("What a worker measures", () => {
  test("sagas that begin and end, how long they took, and each attempt of a step by what it came to", async () => {
    let declined = false;
    const { run, read } = await measuredRun({
      payments: {
        authorizePayment: async ({ orderId }, ctx) => {
          if (declined) throw ctx.fail("PaymentDeclined", { reason: "no money" });
          await run.sleep(2_000);
          return { authorizationId: `a-${orderId}` };
        },
      },
    });
    await run.through((await run.through(begin(run, "order-1"))).result());
    declined = true;
    await run.through((await run.through(begin(run, "order-2"))).result());

    const figures = await read();
    expect(counted(figures, "saga.started")).toEqual({ [`saga.started{${ORDER}}`]: 2 });
    expect(counted(figures, "saga.finished")).toEqual({
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1,
      [`saga.finished{${ORDER}, saga.outcome=compensated}`]: 1,
    });
    expect(of(figures, "saga.duration.seconds")).toEqual({
      [`saga.duration.seconds{${ORDER}, saga.outcome=completed}`]: { count: 1, sum: 2 },
      [`saga.duration.seconds{${ORDER}, saga.outcome=compensated}`]: { count: 1, sum: 0 },
    });
    expect(of(figures, "saga.start.wait.seconds")).toMatchObject({
      "saga.start.wait.seconds{saga.name=PlaceOrder}": { count: 2 },
    });
    expect(of(figures, "saga.step.attempts")).toEqual({
      [attempts("authorizePayment", "forward", "completed")]: 1,
      [attempts("authorizePayment", "forward", "declared")]: 1,
      [attempts("capturePayment", "forward", "completed")]: 1,
      [attempts("createOrder", "forward", "completed")]: 2,
      [attempts("createOrder", "undo", "completed")]: 1,
      [attempts("requestShipment", "forward", "completed")]: 1,
      [attempts("reserveStock", "forward", "completed")]: 2,
      [attempts("reserveStock", "undo", "completed")]: 1,
    });
    const calls = of(figures, "saga.call.duration.seconds");
    expect(
      calls[
        "saga.call.duration.seconds{saga.name=PlaceOrder, saga.step=authorizePayment, saga.kind=forward, saga.outcome=completed}"
      ],
    ).toEqual({ count: 1, sum: 2 });
    expect(Object.values(calls).reduce((sum: number, figure) => sum + (typeof figure === "number" ? 0 : figure.count), 0)).toBe(
      10,
    );
    expect(of(figures, "saga.store.failures")).toEqual({});
    expect(of(figures, "saga.store.duration.seconds")).toHaveProperty("saga.store.duration.seconds{saga.store.operation=commit}");
    await run.close();
  });

  test("what is counted seldom is 0 from the beginning, so that it can be seen to rise", async () => {
    const { run, read } = await measuredRun();
    const figures = await read();
    expect(figures).toMatchObject({
      [`saga.started{${ORDER}}`]: 0,
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 0,
      [`saga.finished{${ORDER}, saga.outcome=compensated}`]: 0,
      "saga.quarantined{saga.name=PlaceOrder}": 0,
      "saga.commits.refused{saga.name=PlaceOrder}": 0,
      "saga.commits.fenced{saga.name=PlaceOrder}": 0,
    });
    const steps = new Set(Object.values(placeOrder.calls).map(({ step }) => step));
    for (const name of ["saga.parkings", "saga.alarms"]) {
      expect(of(figures, name)).toEqual(
        Object.fromEntries([...steps].map((step) => [`${name}{saga.name=PlaceOrder, saga.step=${step}}`, 0])),
      );
    }
    await run.close();
  });

  test("retries, also those that a history only counts, time limits, late answers, and a pause's end", async () => {
    let tries = 0;
    let answer = (): void => undefined;
    const { run, read } = await measuredRun({
      // Its time is over after 2 s, and after one more nobody waits for it.
      orders: {
        createOrder: () =>
          tries++ === 0
            ? new Promise((resolve) => {
                answer = () => resolve({ createdAt: "2026-01-01T00:00:00Z" });
              })
            : { createdAt: "2026-01-01T00:00:00Z" },
      },
      shipping: {
        requestShipment: ({ orderId }, { attempt }) => {
          if (attempt <= 30) throw new Error("down");
          return { trackingId: `t-${orderId}` };
        },
      },
    });
    const order = await run.through(begin(run, "order-1"));
    await run.until("the first attempt is given up", () => tries === 2);
    answer();
    await run.through(order.result());
    await run.settle();

    const figures = await read();
    expect(figures).toMatchObject({
      [attempts("createOrder", "forward", "timedOut")]: 1,
      [attempts("createOrder", "forward", "completed")]: 1,
      [attempts("requestShipment", "forward", "unknown")]: 30,
      [attempts("requestShipment", "forward", "completed")]: 1,
      "saga.step.late_answers{saga.name=PlaceOrder, saga.step=createOrder, saga.kind=forward, saga.outcome=completed}": 1,
      "saga.call.wait.seconds{saga.service=orders, saga.retry=true}": { count: 1, sum: 0 },
    });
    // Two pauses of createOrder: its grace, and that before the next attempt; one of requestShipment for each of 30. None was late.
    expect(figures["saga.timer.lateness.seconds{saga.name=PlaceOrder}"]).toEqual({ count: 32, sum: 0 });
    expect((await run.through(order.history())).length).toBeLessThan(40);
    await run.close();
  });

  test("how late a timer was, and how long a call waited for its turn", async () => {
    let left = 1;
    let held = 0;
    const { run, read } = await measuredRun(
      {
        orders: {
          createOrder: () => {
            if (left-- > 0) throw new Error("down");
            return { createdAt: "2026-01-01T00:00:00Z" };
          },
        },
        shipping: {
          requestShipment: async ({ orderId }) => {
            held++;
            await run.sleep(7_000);
            return { trackingId: `t-${orderId}` };
          },
        },
      },
      { services: { shipping: { max: 1 } } },
    );
    const first = await run.through(begin(run, "order-1"));
    await run.settle();
    // The pause before the second attempt is 200 ms at most. Nobody looked for a minute.
    run.clock.advanceBy(60_000);
    await run.until("it ships", () => held === 1);
    const second = await run.through(begin(run, "order-2"));
    await run.until("the other waits", () => run.worker.services.some(({ waiting }) => waiting === 1));
    run.clock.advanceBy(500);
    const waiting = await read();
    expect(waiting).toMatchObject({
      "saga.service.running{saga.service=shipping}": 1,
      "saga.service.waiting{saga.service=shipping}": 1,
      "saga.service.longest_wait.seconds{saga.service=shipping, saga.held_up_by=max}": 0.5,
      "saga.service.longest_wait.seconds{saga.service=shipping, saga.held_up_by=rate}": 0,
      "saga.worker.in_hand{}": 2,
      "saga.worker.calls_in_flight{}": 1,
      "saga.worker.partitions{}": 1,
      "saga.worker.full_partitions{}": 0,
      "saga.worker.unowned_partitions{}": 0,
      "saga.worker.unowned.seconds{}": 0,
    });
    const late = waiting["saga.timer.lateness.seconds{saga.name=PlaceOrder}"] as { count: number; sum: number };
    expect(late.count).toBe(1);
    expect(late.sum).toBeGreaterThan(59);
    expect(late.sum).toBeLessThanOrEqual(60);
    await run.through(Promise.all([first.result(), second.result()]));
    const ended = await read();
    expect(ended["saga.call.wait.seconds{saga.service=shipping, saga.retry=false}"]).toEqual({ count: 2, sum: 7 });
    // The same ones as before: an SDK may go on telling of what it heard last.
    expect(of(ended, "saga.service.longest_wait.seconds")).toEqual({
      ...of(waiting, "saga.service.longest_wait.seconds"),
      "saga.service.longest_wait.seconds{saga.service=shipping, saga.held_up_by=max}": 0,
    });
    expect(ended).toMatchObject({ "saga.worker.in_hand{}": 0, "saga.worker.partitions{}": 1 });
    await run.close();
    expect(await read()).toMatchObject({ "saga.worker.partitions{}": 0 });
  });

  test("what parks, and what is set aside", async () => {
    const { run, read } = await measuredRun({ payments: { capturePayment: () => ({ paymentId: 7 }) as never } });
    const order = await run.through(begin(run, "order-1"));
    await run.until("it parks", async () => (await order.status()).parked.length > 0);
    expect(await read()).toMatchObject({
      "saga.parkings{saga.name=PlaceOrder, saga.step=capturePayment}": 1,
      [attempts("capturePayment", "forward", "badOutput")]: 1,
    });
    await run.close();
  });

  test("a commit counts when the store has taken it: not when it is refused, and not twice where the reply was lost", async () => {
    const lost: string[] = [];
    let refuses = 2;
    const { run, read } = await measuredRun(
      {},
      {
        wrap: (store) =>
          observeStore(store, {
            before: ({ operation }) => {
              if (operation === "commit" && refuses-- > 0) throw new SagaError("RT2008", "not now.");
            },
            after: ({ operation, number }) => {
              if (operation !== "commit" || lost.length >= 3) return;
              lost.push(`commit ${number}`);
              throw new SagaError("RT2002", "the reply was lost.");
            },
          }),
      },
    );
    const order = await run.through(begin(run, "order-1"));
    await run.through(order.result());
    const figures = await read();
    expect(figures).toMatchObject({
      [`saga.started{${ORDER}}`]: 1,
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1,
      [attempts("createOrder", "forward", "completed")]: 1,
      "saga.store.failures{saga.store.operation=commit, error.type=RT2002}": 3,
    });
    expect(lost).toHaveLength(3);
    await run.close();
  });

  test("a worker that takes over after a crash counts what it does, and not what was counted before", async () => {
    const store = await openStore("memory:", { partitions: 1 });
    const worker = (steps: Overrides, meter: Meter, cut: { readonly off: boolean }) =>
      startWorker({
        // A process that was killed: it is heard of no more, and nothing reaches it.
        store: observeStore(store, { before: () => (cut.off ? new Promise<never>(() => undefined) : undefined) }),
        sagas: [orderImplementation(orderWorld(steps))],
        meter,
        handleSignals: false,
        log: silentLogger,
        leaseMs: 200,
      });
    const [first, second] = [measured(), measured()];
    const cut = { off: false };
    let captures = 0;
    const hangs = () => {
      captures++;
      return new Promise<never>(() => undefined);
    };
    await worker({ payments: { capturePayment: hangs } }, first.meter, cut);
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("it captures", () => captures === 1);
    cut.off = true;
    const next = await worker({}, second.meter, { off: false });
    expect((await order.result({ timeout: "60s" })).status).toBe("completed");
    const before = await first.read();
    const after = await second.read();
    expect([counted(before, "saga.started"), counted(after, "saga.started")]).toEqual([{ [`saga.started{${ORDER}}`]: 1 }, {}]);
    expect([counted(before, "saga.finished"), counted(after, "saga.finished")]).toEqual([
      {},
      { [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1 },
    ]);
    expect(Object.keys(of(before, "saga.step.attempts"))).toEqual(
      ["authorizePayment", "createOrder", "reserveStock"].map((step) => attempts(step, "forward", "completed")),
    );
    expect(of(after, "saga.step.attempts")).toEqual({
      [attempts("capturePayment", "forward", "completed")]: 1,
      [attempts("requestShipment", "forward", "completed")]: 1,
    });
    // From when it began, which was before this worker was there.
    expect(after[`saga.duration.seconds{${ORDER}, saga.outcome=completed}`]).toMatchObject({ count: 1 });
    expect((after[`saga.duration.seconds{${ORDER}, saga.outcome=completed}`] as { sum: number }).sum).toBeGreaterThan(0.1);
    await next.stop();
    await store.close();
  });

  test("what a store refuses of a saga, and that somebody else has its lease", async () => {
    let fenced = false;
    const { run, read } = await measuredRun(
      {},
      {
        wrap: (store) => ({
          ...observeStore(store, {}),
          commit: (parts) => {
            if (parts.some(({ sagaId }) => sagaId === "refused")) throw new SagaError("RT2008", "the text is too long.");
            if (fenced) return store.commit(parts);
            fenced = true;
            return Promise.resolve(parts.map(() => ({ status: "fenced" as const })));
          },
        }),
      },
    );
    const order = await run.through(begin(run, "order-1"));
    await run.through(order.result());
    await run.through(begin(run, "refused"));
    await run.until("it is named", async () => Object.keys(counted(await read(), "saga.commits.refused")).length > 0);
    expect(await read()).toMatchObject({
      "saga.commits.refused{saga.name=PlaceOrder}": 1,
      "saga.commits.fenced{saga.name=PlaceOrder}": 1,
      [`saga.started{${ORDER}}`]: 1,
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1,
    });
  });

  test("an alarm, and a saga that is set aside", async () => {
    const { run, read } = await measuredRun({
      payments: {
        authorizePayment: async () => {
          await run.sleep(20_000);
          return { authorizationId: "a-late" };
        },
        findAuthorization: () => ({ status: "didNotHappen" }),
      },
    });
    const order = await run.through(begin(run, "order-1"));
    await run.settle();
    await run.through(order.cancel());
    await run.through(order.result());
    await run.until("the alarm", async () => (await order.history()).at(-1)?.record.type === "alarm");
    expect(await read()).toMatchObject({ "saga.alarms{saga.name=PlaceOrder, saga.step=authorizePayment}": 1 });
    // Its input is not what the saga of this worker takes.
    const partition = { saga: "PlaceOrder", version: 1, index: 0 };
    const command = { kind: "start", sagaId: "odd", id: "odd", payload: "{}" } as const;
    await run.store.append(partition, command as never);
    await run.until("it is set aside", async () => Object.keys(counted(await read(), "saga.quarantined")).length > 0);
    expect(await read()).toMatchObject({ "saga.quarantined{saga.name=PlaceOrder}": 1, [`saga.started{${ORDER}}`]: 1 });
    await run.close();
  });

  test("what a saga runs is no saga of its own, but its steps are counted", async () => {
    const { meter, read } = measured();
    const { implementation, definition } = itemWorld();
    const run = await virtualRun({
      open: (clock) => openStore("memory:", { clock }),
      sagas: [implementation],
      limits: { meter },
    });
    const group = await run.through(run.client.start(definition, { id: "group-1", input: { count: 3 } as never }));
    await run.through(group.result());
    const figures = await read();
    expect(counted(figures, "saga.started")).toEqual({ "saga.started{saga.name=Group, saga.version=1}": 1 });
    expect(counted(figures, "saga.finished")).toEqual({
      "saga.finished{saga.name=Group, saga.version=1, saga.outcome=completed}": 1,
    });
    expect(of(figures, "saga.step.attempts")).toEqual({
      "saga.step.attempts{saga.name=Group, saga.step=close, saga.kind=forward, saga.outcome=completed}": 1,
      "saga.step.attempts{saga.name=Group, saga.step=reserve, saga.kind=forward, saga.outcome=completed}": 3,
    });
    await run.close();
  });

  test("no figure has anything in its attributes that is not written in a source or in the table, however many sagas there are", async () => {
    const { run, read } = await measuredRun({
      inventory: {
        reserveStock: ({ orderId, quantity }, ctx) => {
          if (quantity % 3 === 0) throw ctx.fail("OutOfStock", { sku: "chair", left: 0 });
          if (quantity % 3 === 1) throw new Error(`nobody knows of ${orderId}`);
          return { reservationId: `r-${orderId}` };
        },
      },
    });
    const many = async (from: number, to: number): Promise<readonly string[]> => {
      const ids = Array.from({ length: to - from }, (_, index) => from + index);
      const input = (number: number) =>
        orderInput({ customerId: `customer-${number}`, sku: `sku-${number}`, quantity: number + 1 });
      const started = ids.map((number) => run.client.start(placeOrder, { id: `order-${number}`, input: input(number) }));
      const orders = await run.through(Promise.all(started));
      await run.through(Promise.all(orders.map((order) => order.result())));
      return Object.keys(await read());
    };
    const few = await many(0, 6);
    expect(await many(6, 30)).toEqual(few);
    const written = new Set([
      ...Object.values(placeOrder.calls).flatMap(({ step, service, kind }) => [step, service, kind]),
      ...["PlaceOrder", "1", "true", "false", "completed", "compensated", "declared", "unknown"],
      ...["max", "rate", "retry budget", "concurrency"],
      ...Object.keys(run.store),
    ]);
    const values = few.flatMap((figure) => [...figure.matchAll(/=([^,}]*)/g)].map(([, value = ""]) => value));
    expect(values.filter((value) => !written.has(value))).toEqual([]);
    expect(values.length).toBeGreaterThan(50);
    await run.close();
  });
});

describe("The meter", () => {
  const start = async (meter?: unknown) => {
    const store = await openStore("memory:");
    const sagas = [orderImplementation(orderWorld())];
    const measuring = meter === undefined ? {} : { meter: meter as Meter };
    const worker = await startWorker({ store, sagas, handleSignals: false, log: silentLogger, ...measuring });
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    expect((await order.result({ timeout: "60s" })).status).toBe("completed");
    await worker.stop();
    await store.close();
  };

  test("is that of the SDK that the process has registered", async () => {
    const { provider, meter, read } = measured();
    const getMeter = vi.spyOn(provider, "getMeter").mockReturnValue(meter);
    metrics.setGlobalMeterProvider(provider);
    onTestFinished(() => metrics.disable());
    await start();
    const { name, version } = JSON.parse(readFileSync(join(ROOT, "runtime/package.json"), "utf8")) as Record<string, string>;
    expect(getMeter).toHaveBeenCalledWith(name, version, undefined);
    expect(await read()).toMatchObject({ [`saga.started{${ORDER}}`]: 1, "saga.worker.partitions{}": 0 });
  });

  test("that fails holds up no saga", async () => {
    const fails = () => {
      throw new Error("no");
    };
    const meter = Object.fromEntries(METHODS.map((name) => [name, fails]));
    await start(meter);
    const instrument = { add: fails, record: fails };
    await start({ ...meter, createCounter: () => instrument, createHistogram: () => instrument });
  });

  test.each([
    ["a provider", new MeterProvider()],
    ["nothing", null],
    ["a name", "orders"],
    ["half of one", { createCounter: () => undefined }],
  ])("is refused where it is none: %s", async (_name, meter) => {
    const store = await openStore("memory:");
    const sagas = [orderImplementation(orderWorld())];
    const says = { code: "RT1016", message: expect.stringContaining("is no meter of OpenTelemetry") };
    await expect(startWorker({ store, sagas, meter: meter as unknown as Meter })).rejects.toMatchObject(says);
    await expect(measureStore({ store, meter: meter as unknown as Meter })).rejects.toMatchObject(says);
    await store.close();
  });
});

describe("What is measured of a whole store", () => {
  test("sagas that run and those that want a person, also where no worker is up, and partitions that nobody holds", async () => {
    const { run } = await measuredRun({ payments: { capturePayment: () => ({ paymentId: 7 }) as never } });
    const { meter, read } = measured();
    const asks: string[] = [];
    const store = observeStore(run.store, { before: ({ operation }) => void asks.push(operation) });
    const { stop } = await measureStore({ store, meter, everyMs: 60_000, clock: run.clock, log: silentLogger });
    expect(await read()).toEqual({});
    for (const id of ["order-1", "order-2"]) {
      const order = await run.through(begin(run, id));
      await run.until("it parks", async () => (await order.status()).parked.length > 0);
    }
    // As it was, until it is time to ask again.
    expect(await read()).toEqual({});
    const asked = asks.length;
    run.clock.advanceBy(60_000);
    const conditions = (parked: number) => ({
      "saga.store.conditions{saga.name=PlaceOrder, saga.condition=overdue}": 0,
      "saga.store.conditions{saga.name=PlaceOrder, saga.condition=parked}": parked,
      "saga.store.conditions{saga.name=PlaceOrder, saga.condition=quarantined}": 0,
      "saga.store.running{saga.name=PlaceOrder}": parked,
    });
    const held = { [`saga.store.unowned_partitions{${ORDER}}`]: 0, [`saga.store.unowned.seconds{${ORDER}}`]: 0 };
    expect(await read()).toEqual({ ...conditions(2), ...held });
    expect(await read()).toEqual({ ...conditions(2), ...held });
    expect(asks.length - asked).toBe(6);

    await run.through(run.worker.stop());
    run.clock.advanceBy(90_000);
    expect(await read()).toEqual({
      ...conditions(2),
      [`saga.store.unowned_partitions{${ORDER}}`]: 1,
      [`saga.store.unowned.seconds{${ORDER}}`]: 90,
    });
    stop();
    const then = asks.length;
    run.clock.advanceBy(90_000);
    await read();
    expect(asks).toHaveLength(then);
    await run.close();
  });

  test("a store that does not answer is told of in the log, and asked anew the next time", async () => {
    const { run } = await measuredRun();
    const { meter, read } = measured();
    await run.through((await run.through(begin(run, "order-1"))).result());
    let away = true;
    const store = observeStore(run.store, {
      before: () => {
        if (away) throw new SagaError("RT2001", "nobody is there.");
      },
    });
    const told: string[] = [];
    await measureStore({ store, meter, clock: run.clock, log: { ...silentLogger, warn: (message) => void told.push(message) } });
    expect(await read()).toEqual({});
    expect(told).toEqual(["the sagas of the store could not be counted"]);
    away = false;
    expect(await read()).toMatchObject({ "saga.store.running{saga.name=PlaceOrder}": 0 });
    await run.close();
  });

  test.each([-1, 0.5, Number.NaN, "30s"])("is not looked at every %s", async (everyMs) => {
    const store = await openStore("memory:");
    await expect(measureStore({ store, everyMs: everyMs as number })).rejects.toMatchObject({ code: "RT1016" });
    await expect(measureStore({ store, every: 1 } as never)).rejects.toMatchObject({ code: "RT1017" });
    await store.close();
  });
});

test("names and units are such that Prometheus has one name for each, by whatever way it comes there", () => {
  for (const instrument of Object.values(INSTRUMENTS)) {
    expect(instrument.name).toMatch(/^saga(\.[a-z_]+)+$/);
    expect(instrument.name.endsWith(".seconds"), instrument.name).toBe(instrument.unit === "s");
    // In braces: what is counted, which no exporter appends.
    if (instrument.unit !== "s") expect(instrument.unit).toMatch(/^\{[a-z]+\}$/);
    if ("buckets" in instrument) expect(instrument.buckets.toSorted((one, other) => one - other)).toEqual(instrument.buckets);
  }
});

const METHODS = [
  "createCounter",
  "createHistogram",
  "createObservableGauge",
  "createObservableUpDownCounter",
  "addBatchObservableCallback",
  "removeBatchObservableCallback",
];
