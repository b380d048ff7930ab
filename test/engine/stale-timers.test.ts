import { implement, openStore } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import type { DueTimers } from "../../runtime/store/store.ts";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";

test("a time-out that was read before a take-over, and is told after it, does not end the call that was delivered anew", async () => {
  const aborted: string[] = [];
  const { calls, steps } = orderWorld({
    orders: {
      createOrder: (_, { signal, step }) => {
        signal.addEventListener("abort", () => aborted.push(step));
        return new Promise(() => undefined);
      },
    },
  });
  // Timers are read first, then the saga is taken over, then the timers are told.
  const [read, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let order = false;
  const c = await cluster(
    async (clock) => {
      const store = await openStore("memory:", { clock, partitions: 1 });
      return observeStore(store, {
        before: ({ operation }) => (order && operation === "load" ? read.promise : undefined),
        after({ operation }, outcome) {
          if (!order || !outcome.ok) return;
          if (operation === "commit") taken.resolve();
          if (operation !== "due" || (outcome.value as DueTimers).due.length === 0) return;
          read.resolve();
          return taken.promise;
        },
      });
    },
    () => [implement(placeOrder, steps)],
  );
  const first = await c.join();
  const handle = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await c.pass(100);
  expect(calls).toHaveLength(1);
  first.kill();
  await c.pass(3_600_000);
  order = true;
  const joined = c.join();
  for (let turn = 0; calls.length < 2; turn++) {
    expect(turn).toBeLessThan(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    c.clock.advanceBy(1);
  }
  await Promise.all([read.promise, taken.promise]);
  order = false;
  await joined;
  await c.pass(500);
  expect((await handle.history()).map(({ record }) => record.type)).toEqual(["started", "called", "recovered", "called"]);
  expect(aborted).toEqual([]);
  await c.close();
});

const PACK = `
service shop {}
saga Sample {
  timeout 10d
  input { id: string }
  step pack on shop { input { input.id } timeout 1m compensate unpack }
  step label on shop { input { input.id } timeout 1m compensate unlabel }
}
`;

test("nor one of a call that waits for its turn since the take-over: its time has not begun", async () => {
  const { definition } = await compiled(PACK);
  const aborted: string[] = [];
  const called: string[] = [];
  const [read, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let order = false;
  const c = await cluster(
    async (clock) => {
      const store = await openStore("memory:", { clock, partitions: 1 });
      return observeStore(store, {
        before: ({ operation }) => (order && operation === "load" ? read.promise : undefined),
        after({ operation }, outcome) {
          if (!order || !outcome.ok) return;
          if (operation === "commit") taken.resolve();
          if (operation !== "due" || (outcome.value as DueTimers).due.length < 2) return;
          read.resolve();
          return taken.promise;
        },
      });
    },
    (worker) => {
      const pack = ({ id }: { readonly id: string }, { signal }: { readonly signal: AbortSignal }) => {
        called.push(`${worker} ${id}`);
        signal.addEventListener("abort", () => aborted.push(id));
        return new Promise(() => undefined);
      };
      const nothing = () => ({});
      return [implement(definition as never, { shop: { pack, label: nothing, unpack: nothing, unlabel: nothing } } as never)];
    },
  );
  const start = (id: string) => c.through(c.client.start(definition as never, { id, input: { id } as never }));
  const first = await c.join();
  const handles = [await start("one"), await start("two")];
  await c.pass(100);
  expect(called).toHaveLength(2);
  first.kill();
  await c.pass(3_600_000);
  order = true;
  const joined = c.join({ services: { shop: { max: 1 } } });
  for (let turn = 0; called.length < 3; turn++) {
    expect(turn).toBeLessThan(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    c.clock.advanceBy(1);
  }
  await Promise.all([read.promise, taken.promise]);
  order = false;
  await joined;
  await c.pass(500);
  const histories = await Promise.all(handles.map((handle) => handle.history()));
  const waits = histories.map((history) => history.map(({ record }) => record.type).join(" ")).sort();
  expect(waits).toEqual(["started called recovered", "started called recovered called"]);
  expect(aborted).toEqual([]);
  await c.close();
});
