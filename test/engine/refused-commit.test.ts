import { openStore, type Store, silentLogger } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

/** A store that refuses every commit with something of these sagas in it, as one does that a text is too long for. */
function refusing(store: Store, sagas: ReadonlySet<string>, tried: string[][]): Store {
  return observeStore(store, {
    before: (call) => {
      if (call.operation !== "commit") return;
      const parts = (call.arguments as Parameters<Store["commit"]>)[0].map(({ sagaId }) => sagaId);
      tried.push(parts);
      if (parts.some((id) => sagas.has(id))) throw new SagaError("RT2008", "the text is too long. Nothing was written.");
    },
  });
}

const ORDERS = Array.from({ length: 40 }, (_, number) => `order-${number}`);

// More of them than commits are under way at once: each would hold one for ever.
test("what a store refuses of some sagas keeps no other back, is named, and goes on when the store takes it", async () => {
  const world = orderWorld();
  const refused = new Set(["order-3", "order-17", "order-18", "order-39"]);
  const tried: string[][] = [];
  const named: unknown[] = [];
  const error = (_: string, fields: Readonly<Record<string, unknown>> = {}): void =>
    void (fields.code === "RT2011" && named.push(fields.saga));
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [orderImplementation(world)],
    wrap: (store) => refusing(store, refused, tried),
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
});

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

test("a worker that is told to stop while something is refused waits for it no longer than it may", async () => {
  const world = orderWorld();
  const refused = new Set(["order-0"]);
  const tried: string[][] = [];
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [orderImplementation(world)],
    wrap: (store) => refusing(store, refused, tried),
  });
  await run.client.start(placeOrder, { id: "order-0", input: orderInput() });
  await run.until("it is by itself", () => tried.length > 5);
  await run.through(run.worker.stop());
  await run.close();
});
