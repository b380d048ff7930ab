import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Meter, metrics } from "@opentelemetry/api";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { createClient, measureStore, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { INSTRUMENTS } from "../../runtime/observe/metrics.ts";
import { measured } from "../kit/measured.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { ROOT } from "../kit/scratch.ts";
import { begin, measuredRun, ORDER } from "./measured-run.ts";

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
    const says = { code: "RT1019", message: expect.stringContaining("needs a meter of OpenTelemetry as `meter`") };
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
    await expect(measureStore({ store, everyMs: everyMs as number })).rejects.toMatchObject({ code: "RT1019" });
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
