import { implement, openStore, type Store, type WorkerOptions } from "@sagac/runtime";
import { observeStore, type VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import type { HistoryRecord } from "../../runtime/engine/history.ts";
import type { CommitPart, DueTimers } from "../../runtime/store/store.ts";
import { type Cluster, cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";

/** Time limits of calls stand in the store, as an older runtime sets them there: here for so long, where it was the first worker. */
function asOlder(store: Store): Store {
  const older = (part: CommitPart): CommitPart => {
    if (part.lease.owner !== "worker-1") return part;
    const records = part.records.map((text) => JSON.parse(text) as HistoryRecord);
    const called = records.flatMap((record) => (record.type === "called" ? [record] : []));
    const setTimers = called.map(({ call, entry }) => ({ key: `${call}.timeout#${entry}`, delayMs: 60_000 }));
    return { ...part, setTimers: [...part.setTimers, ...setTimers] };
  };
  return { ...store, commit: (parts) => store.commit(parts.map(older)) };
}

/** Those are read first, so many at once, then what they are of is taken over, then they are told. */
function lateTimers(count: number) {
  const [read, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let order = false;
  return {
    async open(clock: VirtualClock): Promise<Store> {
      const store = await openStore("memory:", { clock, partitions: 1 });
      return observeStore(asOlder(observeStore(store, {})), {
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
  const setTimers = async () => {
    const stored = await c.store.load({ saga: "PlaceOrder", version: 1, index: 0 }, "order-1");
    return stored?.timers.map(({ key }) => key).sort();
  };
  expect(await setTimers()).toEqual(["createOrder.timeout#1", "saga.deadline"]);
  first.kill();
  await c.pass(3_600_000);
  await timers.takenOver(c, {}, () => calls.length === 2);
  expect((await handle.history()).map(({ record }) => record.type)).toEqual(["started", "called", "recovered", "called"]);
  expect(aborted).toEqual([]);
  expect(await setTimers()).toEqual(["saga.deadline"]);
  await c.close();
});

test("nor does one that is told with the take-over itself", async () => {
  const aborted: string[] = [];
  const { calls, steps } = orderWorld({
    orders: {
      createOrder: (_, { signal, step }) => {
        signal.addEventListener("abort", () => aborted.push(step));
        return new Promise(() => undefined);
      },
    },
  });
  const [told, isKilled] = [Promise.withResolvers<void>(), { first: false }];
  const c = await cluster(
    async (clock) =>
      observeStore(asOlder(observeStore(await openStore("memory:", { clock, partitions: 1 }), {})), {
        // Nothing is read before what is due was handed over.
        before: ({ operation }) => (isKilled.first && operation === "load" ? told.promise : undefined),
        after: ({ operation }, outcome) => {
          if (operation !== "pending" || !outcome.ok || !isKilled.first) return;
          void new Promise((resolve) => setImmediate(resolve)).then(() => told.resolve());
        },
      }),
    () => [implement(placeOrder, steps)],
  );
  const first = await c.join();
  const handle = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await c.pass(100);
  first.kill();
  await c.pass(3_600_000);
  isKilled.first = true;
  const joined = c.join();
  for (let turn = 0; calls.length < 2; turn++) {
    expect(turn).toBeLessThan(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    c.clock.advanceBy(1);
  }
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
