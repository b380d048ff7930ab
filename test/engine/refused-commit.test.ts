import { implement, openStore, type Store, silentLogger } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

/** A store that refuses every commit with something of these sagas in it, as one does that a text is too long for. */
function refusing(store: Store, sagas: ReadonlySet<string>, tried: string[][], code: "RT2002" | "RT2008" = "RT2008"): Store {
  return observeStore(store, {
    before: (call) => {
      if (call.operation !== "commit") return;
      const parts = (call.arguments as Parameters<Store["commit"]>)[0].map(({ sagaId }) => sagaId);
      tried.push(parts);
      if (parts.some((id) => sagas.has(id))) throw new SagaError(code, "the text is too long.");
    },
  });
}

const ORDERS = Array.from({ length: 40 }, (_, number) => `order-${number}`);

// More of them than commits are under way at once: each would hold one for ever. RT2002: what a script of Redis breaks off with.
test.each(["RT2002", "RT2008"] as const)(
  "what a store refuses of some sagas (%s) keeps no other back, is named, and goes on when it is taken",
  async (code) => {
    const world = orderWorld();
    const refused = new Set(["order-3", "order-17", "order-18", "order-39"]);
    const tried: string[][] = [];
    const named: unknown[] = [];
    const error = (_: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void (fields.code === "RT2011" && named.push(fields.saga));
    const run = await virtualRun({
      open: (clock) => openStore("memory:", { clock }),
      sagas: [orderImplementation(world)],
      wrap: (store) => refusing(store, refused, tried, code),
      log: { ...silentLogger, error },
    });
    const started = await Promise.all(ORDERS.map((id) => run.client.start(placeOrder, { id, input: orderInput() })));
    const others = started.filter(({ id }) => !refused.has(id));
    const results = await run.through(Promise.all(others.map((order) => order.result())));
    expect(results.map(({ status }) => status)).toEqual(others.map(() => "completed"));
    expect(new Set(tried[0])).toEqual(new Set(ORDERS));

    await run.until("the others are named", () => named.length === refused.size);
    const before = tried.length;
    await run.until("they are tried again, by themselves", () => tried.length >= before + 3 * refused.size);
    expect(tried.slice(before).every((sagas) => sagas.length === 1)).toBe(true);

    const late = [...refused];
    refused.clear();
    const ends = await run.through(Promise.all(started.map((order) => order.result())));
    expect(ends.map(({ status }) => status)).toEqual(ORDERS.map(() => "completed"));
    expect(named.sort()).toEqual(late.sort());
    expect(world.calls.length).toBe(ORDERS.length * 5);
    await run.close();
  },
);

test("a store that refuses everything for a while is asked for it again, and nothing is lost or doubled", async () => {
  const world = orderWorld();
  const refused = new Set(ORDERS);
  const tried: string[][] = [];
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [orderImplementation(world)],
    wrap: (store) => refusing(store, refused, tried),
  });
  const started = await Promise.all(ORDERS.map((id) => run.client.start(placeOrder, { id, input: orderInput() })));
  await run.until("all of them are by themselves", () => ORDERS.every((id) => tried.filter(([one]) => one === id).length > 4));
  refused.clear();
  const ends = await run.through(Promise.all(started.map((order) => order.result())));
  expect(ends.map(({ status }) => status)).toEqual(ORDERS.map(() => "completed"));
  expect(world.calls.length).toBe(ORDERS.length * 5);
  await run.close();
});

const NAP = `
saga Sample {
  timeout 10d
  input { ms: int }
  sleep 1m
}
`;

test("a timer that is due of what is refused is not read again and again", async () => {
  const { definition } = await compiled(NAP);
  const refused = new Set<string>();
  const reads: number[] = [];
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock, partitions: 1 }),
    sagas: [implement(definition as never, {} as never)],
    wrap: (store) => {
      return observeStore(refusing(store, refused, []), {
        before: ({ operation }) => void (operation === "due" && reads.push(0)),
      });
    },
  });
  const nap = await run.through(run.client.start(definition as never, { id: "nap-1", input: { ms: 1 } as never }));
  await run.until("it sleeps", async () => (await nap.history()).length > 0);
  refused.add("nap-1");
  await run.through(run.sleep(60_000));
  const before = reads.length;
  await run.through(run.sleep(60_000));
  expect(reads.length - before).toBeLessThan(150);
  refused.clear();
  expect((await run.through(nap.result())).status).toBe("completed");
  await run.close();
});

/** One order that is refused, by itself. */
async function refusedOrder() {
  const refused = new Set(["order-0"]);
  const tried: string[][] = [];
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [orderImplementation(orderWorld())],
    wrap: (store) => refusing(store, refused, tried),
  });
  const order = await run.client.start(placeOrder, { id: "order-0", input: orderInput() });
  await run.until("it is by itself", () => tried.length > 5);
  return { run, refused, order };
}

test("a worker that is told to stop while something is refused waits for it as long as it may, and no longer", async () => {
  const { run } = await refusedOrder();
  const beganMs = run.clock.now();
  await run.through(run.worker.stop());
  expect(run.clock.now() - beganMs).toBe(10_000);
  await run.close();
});

test("what is taken meanwhile is written before it stops", async () => {
  const { run, refused, order } = await refusedOrder();
  const beganMs = run.clock.now();
  const stopping = run.worker.stop();
  refused.clear();
  await run.through(stopping);
  expect(run.clock.now() - beganMs).toBeLessThan(2_100);
  expect((await run.through(order.history())).length).toBeGreaterThan(0);
  await run.close();
});

test("a partition in which something is refused is not drained for balance again and again: others begin there all the time", async () => {
  const refused = new Set(ORDERS);
  const c = await cluster(
    async (clock) => refusing(await openStore("memory:", { clock, partitions: 8 }), refused, []),
    () => [orderImplementation(orderWorld())],
  );
  await c.join();
  for (const id of ORDERS) await c.through(c.client.start(placeOrder, { id, input: orderInput() }));
  await c.pass(5_000);
  // Half of the partitions are meant for it, and each of them has something that is refused.
  await c.join();
  let latestMs = 0;
  for (let n = 0; n < 60; n++) {
    const beganMs = c.clock.now();
    const order = await c.through(c.client.start(placeOrder, { id: `later-${n}`, input: orderInput() }));
    expect((await c.through(order.result())).status).toBe("completed");
    latestMs = Math.max(latestMs, c.clock.now() - beganMs);
    await c.pass(1_000);
  }
  expect(latestMs).toBeLessThan(2_000);
  await c.close();
});
