import { createClient, type HistoryEntry, openStore, silentLogger, startWorker, type WorkerOptions } from "@sagac/runtime";
import { SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { admissionLimits } from "../../runtime/worker/admission-limits.ts";
import { type Overrides, orderImplementation, orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { until } from "../kit/until.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";

/** Orders, so many at once, whose services take so much. */
async function orders(
  count: number,
  limits: Pick<WorkerOptions, "concurrency" | "services" | "retryBudget">,
  overrides: (run: () => VirtualRun) => Overrides = () => ({}),
) {
  const holder: { run: VirtualRun | null } = { run: null };
  const running = (): VirtualRun => {
    if (holder.run === null) throw new Error("it has not begun");
    return holder.run;
  };
  const world = orderWorld(overrides(running));
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [orderImplementation(world)],
    limits,
  });
  holder.run = run;
  const ids = Array.from({ length: count }, (_, n) => `order-${n + 1}`);
  const handles = await run.through(Promise.all(ids.map((id) => run.client.start(placeOrder, { id, input: orderInput() }))));
  return { run, world, handles };
}

const of = (world: { readonly calls: readonly { readonly operation: string }[] }, operation: string) =>
  world.calls.filter((call) => call.operation === operation);
const called = (entries: readonly HistoryEntry[], call: string) =>
  entries.filter(({ record }) => record.type === "called" && record.call === call);

describe("calls beyond what a service takes", () => {
  test("wait; their time begins when they are called, so that none runs out in the line", async () => {
    let [atOnce, most] = [0, 0];
    const { run, world, handles } = await orders(8, { services: { payments: { max: 2 } } }, (running) => ({
      payments: {
        authorizePayment: async () => {
          most = Math.max(most, ++atOnce);
          await running().sleep(4_000);
          atOnce--;
          return { authorizationId: "a" };
        },
      },
    }));
    await run.settle();
    const { services } = run.worker;
    expect(services.find(({ service }) => service === "payments")).toMatchObject({ running: 2, waiting: 6, heldUpBy: "max" });
    const queued = await Promise.all(handles.map((order) => run.through(order.status())));
    expect(queued.filter(({ queued: calls }) => calls.join() === "authorizePayment")).toHaveLength(6);
    // Nothing says of a call that waits that it was made.
    const histories = await Promise.all(handles.map((order) => run.through(order.history())));
    expect(histories.filter((entries) => called(entries, "authorizePayment").length > 0)).toHaveLength(2);

    const results = await run.through(Promise.all(handles.map((order) => order.result({ timeout: "1h" }))));
    expect(results.every(({ status }) => status === "completed")).toBe(true);
    expect(most).toBe(2);
    // Sixteen seconds in the line, and five for an attempt.
    expect(world.calls.every(({ attempt, redelivered }) => attempt === 1 && !redelivered)).toBe(true);
    await run.close();
  });

  test("begin so many in a time", async () => {
    const atMs: number[] = [];
    const { run, handles } = await orders(5, { services: { shipping: { rate: { calls: 2, perMs: 60_000 } } } }, (running) => ({
      shipping: {
        requestShipment: () => {
          atMs.push(running().clock.monotonic());
          return { trackingId: "t" };
        },
      },
    }));
    await run.through(Promise.all(handles.map((order) => order.result({ timeout: "1h" }))));
    expect(atMs.map((ms) => Math.floor(ms / 60_000))).toEqual([0, 0, 1, 1, 2]);
    await run.close();
  });

  test("and beyond what the worker does at once wait too", async () => {
    let [atOnce, most] = [0, 0];
    const { run, handles } = await orders(8, { concurrency: 3 }, (running) => ({
      orders: {
        createOrder: async () => {
          most = Math.max(most, ++atOnce);
          await running().sleep(1_000);
          atOnce--;
          return { createdAt: "2026-01-01T00:00:00Z" };
        },
      },
    }));
    await run.through(Promise.all(handles.map((order) => order.result({ timeout: "1h" }))));
    expect(most).toBe(3);
    await run.close();
  });

  test("do not hold up other services", async () => {
    const { run, world } = await orders(20, { services: { payments: { max: 1 } } }, () => ({
      payments: { authorizePayment: () => new Promise(() => undefined) },
    }));
    await run.settle();
    expect(of(world, "inventory.reserveStock")).toHaveLength(20);
    expect(of(world, "payments.authorizePayment")).toHaveLength(1);
    await run.close();
  });

  test("are never made where the saga turns back meanwhile", async () => {
    const { run, world, handles } = await orders(2, { services: { payments: { max: 1 } } }, (running) => ({
      payments: {
        authorizePayment: async () => {
          await running().sleep(4_000);
          return { authorizationId: "a" };
        },
      },
    }));
    await run.settle();
    const waiting = await run.through(handles[0]?.status().then((status) => status.queued.length > 0) ?? Promise.resolve(false));
    const order = handles[waiting ? 0 : 1];
    await run.through(order?.cancel({ reason: "changed their mind" }) ?? Promise.resolve());
    const results = await run.through(Promise.all(handles.map((each) => each.result({ timeout: "1h" }))));
    expect(results.map(({ status }) => status).toSorted()).toEqual(["compensated", "completed"]);
    expect(of(world, "payments.authorizePayment")).toHaveLength(1);
    await run.close();
  });

  test("have their turn although a handler never ends: one that nobody waits for any more has no place", async () => {
    const { run, world, handles } = await orders(3, { services: { payments: { max: 1 } } }, () => ({
      payments: {
        authorizePayment: (_, { attempt }) => (attempt === 1 ? new Promise(() => undefined) : { authorizationId: "a" }),
      },
    }));
    const results = await run.through(Promise.all(handles.map((order) => order.result({ timeout: "1h" }))));
    expect(results.every(({ status }) => status === "completed")).toBe(true);
    expect(of(world, "payments.authorizePayment")).toHaveLength(6);
    await run.close();
  });
});

describe("a worker that has as many sagas in hand as it may", () => {
  test("still hears what is asked of those, behind however many starts", async () => {
    const run = await virtualRun({
      open: (clock) => openStore("memory:", { clock, partitions: 1 }),
      sagas: [orderImplementation(orderWorld({ orders: { createOrder: (_, { signal }) => untilAborted(signal) } }))],
      limits: { inHandMax: 2, services: { orders: { max: 1 } } },
    });
    const start = (id: string) => run.client.start(placeOrder, { id, input: orderInput() });
    const [first] = [await run.through(start("order-1")), await run.through(start("order-2"))];
    await run.settle();
    await run.through(Promise.all(Array.from({ length: 300 }, (_, n) => start(`order-${n + 3}`))));
    expect(run.worker).toMatchObject({ inHand: 2, full: 1 });
    await run.through(first.cancel({ timeout: 1_000 }), 1_000);
    expect((await run.through(first.status())).failure?.name).toBe("Cancelled");
    await run.close();
  });
});

describe("a worker that stops", () => {
  test("leaves calls that wait to the next one, which makes them for the first time", async () => {
    const store = await openStore("memory:");
    const hold = Promise.withResolvers<void>();
    const world = orderWorld({
      orders: {
        createOrder: async () => {
          await hold.promise;
          return { createdAt: "2026-01-01T00:00:00Z" };
        },
      },
    });
    const options = {
      store,
      sagas: [orderImplementation(world)],
      handleSignals: false,
      log: silentLogger,
      services: { orders: { max: 1 } },
    };
    const first = await startWorker(options);
    const client = createClient({ store });
    const ids = ["order-1", "order-2", "order-3", "order-4"];
    const handles = await Promise.all(ids.map((id) => client.start(placeOrder, { id, input: orderInput() })));
    await until("they wait", () => first.services.some(({ service, waiting }) => service === "orders" && waiting === 3));
    const stopping = first.stop();
    hold.resolve();
    await stopping;
    expect(of(world, "orders.createOrder")).toHaveLength(1);

    const second = await startWorker(options);
    for (const order of handles) expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    expect(of(world, "orders.createOrder")).toHaveLength(4);
    expect(world.calls.some(({ redelivered }) => redelivered)).toBe(false);
    const histories = await Promise.all(handles.map((order) => order.history()));
    expect(histories.flat().some(({ record }) => record.type === "recovered")).toBe(false);
    await second.stop();
    await store.close();
  });
});

describe("the budget for retries", () => {
  test("makes them wait and drops none: behind the pivot a saga still comes to its end", async () => {
    const tries: number[] = [];
    const { run, handles } = await orders(6, { retryBudget: { perSecond: 0.1, ratio: 0 } }, (running) => ({
      shipping: {
        requestShipment: (_, { attempt }) => {
          if (attempt > 1) tries.push(running().clock.monotonic());
          if (attempt < 3) throw new Error("it is away");
          return { trackingId: "t" };
        },
      },
    }));
    const results = await run.through(Promise.all(handles.map((order) => order.result({ timeout: "1h" }))));
    expect(results.every(({ status }) => status === "completed")).toBe(true);
    // Six second attempts come to nothing: one in any ten seconds, counted in whole ones.
    const failed = tries.filter((_, n) => n < 6).toSorted((a, b) => a - b);
    expect((failed.at(-1) ?? 0) - (failed[0] ?? 0)).toBeGreaterThanOrEqual(36_000);
    await run.close();
  });
});

describe("what a worker is told of its services", () => {
  const sagas = [orderImplementation(orderWorld())];
  const limited = (...limits: readonly { readonly max?: number; readonly rate?: { calls: number; perMs: number } }[]) =>
    limits.map((payments) => {
      const [one] = sagas;
      if (one === undefined) throw new Error("no saga");
      return { ...one, definition: { ...one.definition, limits: { payments } } };
    });

  test.each([
    ["what its saga says", limited({ max: 3 }), {}, { max: 3 }],
    ["the least of what several say", limited({ max: 3 }, { max: 2 }, {}), {}, { max: 2 }],
    [
      "the slowest of several rates",
      limited({ rate: { calls: 100, perMs: 1_000 } }, { rate: { calls: 120, perMs: 60_000 } }),
      {},
      { rate: { calls: 120, perMs: 60_000 } },
    ],
    ["what it is told itself, rather", limited({ max: 3 }), { services: { payments: { max: 7 } } }, { max: 7 }],
    ["that there is no limit", limited({ max: 3 }), { services: { payments: { max: null } } }, {}],
  ])("%s counts", (_, implementations, options, expected) => {
    const { services } = admissionLimits(implementations, options);
    expect(services.get("payments")).toEqual({ ...expected, retryBudget: { perSecond: 10, ratio: 0.2 } });
  });

  test.each([
    ["no concurrency", { concurrency: 0 }, "`concurrency` is 0"],
    ["half a call", { services: { payments: { max: 1.5 } } }, "`services.payments.max` is 1.5"],
    ["a rate of nothing", { services: { payments: { rate: { calls: 0, perMs: 1 } } } }, "`services.payments.rate.calls` is 0"],
    ["a rate of no time", { services: { payments: { rate: { calls: 1, perMs: 0 } } } }, "`services.payments.rate.perMs` is 0"],
    ["a rate without a time", { services: { payments: { rate: { calls: 1 } } } }, "`services.payments.rate.perMs` is undefined"],
    ["retries that would wait for ever", { retryBudget: { perSecond: 0, ratio: 1 } }, "`retryBudget.perSecond` is 0"],
    ["a share below nothing", { retryBudget: { perSecond: 1, ratio: -1 } }, "`retryBudget.ratio` is -1"],
    ["a service that nobody calls", { services: { paymnets: { max: 1 } } }, 'no saga of this worker calls a service "paymnets"'],
    ["a lease of nothing", { leaseMs: 0 }, "`leaseMs` is 0"],
    ["a lease that is no number", { leaseMs: "10s" }, '`leaseMs` is "10s"'],
    ["no pause between two looks", { pollMs: 0 }, "`pollMs` is 0"],
    ["a grace that is no number", { graceMs: Number.NaN }, "`graceMs` is NaN"],
    ["room for no saga", { inHandMax: 0 }, "`inHandMax` is 0"],
    ["less than nothing at rest", { restingMax: -1 }, "`restingMax` is -1"],
    ["a snapshot every no commits", { snapshotEvery: 0 }, "`snapshotEvery` is 0"],
    ["one every so many less than none", { snapshotEvery: -1 }, "`snapshotEvery` is -1"],
    ["one every commit and a half", { snapshotEvery: 1.5 }, "`snapshotEvery` is 1.5"],
    ["one every so many that are no number", { snapshotEvery: Number.NaN }, "`snapshotEvery` is NaN"],
    ["more than all", { shadow: 2 }, "`shadow` is 2"],
    ["a way that nobody knows", { transition: "quick" }, '`transition` is "quick"'],
    ["a time that no store counts", { retention: 1.5 }, "`retention` is 1.5: give whole milliseconds"],
    ["one of a saga", { retention: { PlaceOrder: 0.1 } }, "`retention.PlaceOrder` is 0.1"],
    ["a time without an end", { retention: Number.POSITIVE_INFINITY }, "`retention` is Infinity"],
    ["one that no number holds", { retention: "9007199254740993d" }, '`retention` is "9007199254740993d"'],
    ["a part of a millisecond", { retention: "1d", rememberFor: 2.5 }, "`rememberFor` is 2.5"],
    ["a log that nobody keeps", { history: "none" }, '`history` is "none"'],
    ["of no saga", { sagas: [] }, "`sagas` is empty"],
    ["one of Object's own", { services: { constructor: { max: 1 } } }, 'no saga of this worker calls a service "constructor"'],
  ])("is refused where it is %s", async (_, options, message) => {
    const clock = new VirtualClock();
    const store = await openStore("memory:", { clock });
    const started = startWorker({
      store,
      sagas,
      clock,
      random: new SeededRandom(1),
      handleSignals: false,
      ...(options as object),
    });
    await expect(started).rejects.toMatchObject({ code: "RT1016" });
    await expect(started).rejects.toThrow(message);
    await store.close();
  });
});
