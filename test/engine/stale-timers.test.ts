import { implement, openStore, type Store, type WorkerOptions } from "@sagac/runtime";
import { observeStore, type VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import type { DueTimers } from "../../runtime/store/store.ts";
import { type Cluster, cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";

/** Timers are read first, so many at once, then what they are of is taken over, then they are told. */
function lateTimers(count: number) {
  const [read, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let order = false;
  return {
    async open(clock: VirtualClock): Promise<Store> {
      const store = await openStore("memory:", { clock, partitions: 1 });
      return observeStore(store, {
        before: ({ operation }) => (order && operation === "load" ? read.promise : undefined),
        after({ operation }, outcome) {
          if (!order || !outcome.ok) return;
          if (operation === "commit") taken.resolve();
          if (operation !== "due" || (outcome.value as DueTimers).due.length < count) return;
          read.resolve();
          return taken.promise;
        },
      });
    },
    async takenOver(c: Cluster, options: Partial<WorkerOptions>, isThere: () => boolean): Promise<void> {
      order = true;
      const joined = c.join(options);
      for (let turn = 0; !isThere(); turn++) {
        expect(turn).toBeLessThan(1_000);
        await new Promise((resolve) => setImmediate(resolve));
        c.clock.advanceBy(1);
      }
      await Promise.all([read.promise, taken.promise]);
      order = false;
      await joined;
      await c.pass(500);
    },
  };
}

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
  const timers = lateTimers(1);
  const c = await cluster(
    (clock) => timers.open(clock),
    () => [implement(placeOrder, steps)],
  );
  const first = await c.join();
  const handle = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await c.pass(100);
  expect(calls).toHaveLength(1);
  first.kill();
  await c.pass(3_600_000);
  await timers.takenOver(c, {}, () => calls.length === 2);
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
  const timers = lateTimers(2);
  const c = await cluster(
    (clock) => timers.open(clock),
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
  await timers.takenOver(c, { services: { shop: { max: 1 } } }, () => called.length === 3);
  const histories = await Promise.all(handles.map((handle) => handle.history()));
  const waits = histories.map((history) => history.map(({ record }) => record.type).join(" ")).sort();
  expect(waits).toEqual(["started called recovered", "started called recovered called"]);
  expect(aborted).toEqual([]);
  await c.close();
});
