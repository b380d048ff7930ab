import { implement, openStore } from "@sagac/runtime";
import type { VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { type Cluster, cluster } from "../kit/cluster.ts";
import { held } from "../kit/held.ts";
import { orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";

/** The time limits of calls are kept by the worker that makes them. That of `createOrder` is 2 s, for three attempts. */

const memory = (clock: VirtualClock) => openStore("memory:", { clock, partitions: 1 });

async function started(c: Cluster) {
  const handle = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await c.pass(100);
  const records = async () => {
    const history = await handle.history();
    return history.map(({ record }) => (record.type === "timer" ? record.timer : record.type));
  };
  return { handle, records };
}

async function setTimers(c: Cluster): Promise<readonly string[]> {
  const stored = await c.store.load({ saga: "PlaceOrder", version: 1, index: 0 }, "order-1");
  return (stored?.timers ?? []).map(({ key }) => key).sort();
}

test("no store knows of them: what is left there is what must outlive a worker", async () => {
  const { calls, steps } = orderWorld({ orders: { createOrder: (_, { signal }) => untilAborted(signal) } });
  const c = await cluster(memory, () => [implement(placeOrder, steps)]);
  await c.join();
  const { records } = await started(c);
  expect(calls).toHaveLength(1);
  expect(await setTimers(c)).toEqual(["saga.deadline"]);
  await c.pass(1_900);
  expect(await records()).toEqual(["started", "called", "createOrder.timeout#1", "aborted", "answered"]);
  expect(await setTimers(c)).toEqual(["createOrder.backoff#1", "saga.deadline"]);
  await c.close();
});

test("a call's time begins when it is made, and `ctx.deadlineMs` says when it is over", async () => {
  const deadlines: number[] = [];
  const { calls, steps } = orderWorld({
    orders: {
      createOrder: (_, { signal, deadlineMs }) => {
        deadlines.push(deadlineMs);
        return untilAborted(signal);
      },
    },
  });
  const c = await cluster(memory, () => [implement(placeOrder, steps)]);
  const first = await c.join();
  const { records } = await started(c);
  await c.pass(1_500);
  first.kill();
  await c.pass(3_600_000);
  await c.join();
  await c.until("it is made anew", () => calls.length === 2);
  const madeAtMs = c.clock.now();
  await c.until("its time is over", async () => (await records()).includes("createOrder.timeout#1"));
  expect(c.clock.now() - madeAtMs).toBe(2_000);
  expect(deadlines.at(-1)).toBe(c.clock.now());
  await c.close();
});

test("a worker that is told to stop still ends the calls whose time is over, and waits for no more than that", async () => {
  const { steps } = orderWorld({ orders: { createOrder: (_, { signal }) => untilAborted(signal) } });
  const c = await cluster(memory, () => [implement(placeOrder, steps)]);
  const node = await c.join({ graceMs: 60_000 });
  const { records } = await started(c);
  const stoppedAtMs = c.clock.now();
  await node.stop();
  expect(c.clock.now() - stoppedAtMs).toBe(1_900);
  expect(await records()).toEqual(["started", "called", "createOrder.timeout#1", "aborted", "answered"]);
  await c.close();
});

test("what was over before a command was accepted comes before it, also where the worker is late to notice", async () => {
  const { steps } = orderWorld({ orders: { createOrder: (_, { signal }) => untilAborted(signal) } });
  const c = await cluster(memory, () => [implement(placeOrder, steps)]);
  const { clock } = c;
  const late = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    schedule: (ms: number, callback: () => void) => clock.schedule(ms === 2_000 ? 30_000 : ms, callback),
  };
  await c.join({ clock: late });
  const { handle, records } = await started(c);
  await c.pass(1_000);
  expect(await records()).toEqual(["started", "called"]);
  await c.pass(2_000);
  await c.through(handle.cancel());
  expect((await records()).slice(2, 5)).toEqual(["createOrder.timeout#1", "aborted", "command"]);
  await c.close();
});

test("a command that comes before that does not end a call's time", async () => {
  const { steps } = orderWorld({ orders: { createOrder: () => new Promise(() => undefined) } });
  const c = await cluster(memory, () => [implement(placeOrder, steps)]);
  await c.join();
  const { handle, records } = await started(c);
  await c.pass(1_000);
  await c.through(handle.cancel());
  const before = await records();
  expect(before).not.toContain("createOrder.timeout#1");
  await c.pass(900);
  // Told to abort by the cancel, it has the rest of its time and a second.
  expect((await records()).slice(before.length)).toEqual(["createOrder.timeout#1"]);
  await c.close();
});

test("one that has answered leaves nothing behind", async () => {
  const { steps } = orderWorld();
  const c = await cluster(memory, () => [implement(placeOrder, steps)]);
  const node = await c.join();
  const { handle, records } = await started(c);
  await c.through(handle.result());
  const ended = await records();
  await c.pass(60_000);
  expect(await records()).toEqual(ended);
  expect(ended.filter((record) => record.includes("timeout"))).toEqual([]);
  expect(node.worker.inHand).toBe(0);
  await c.close();
});

test("a call whose time limit cannot be worked out sets its saga aside, and nothing else", async () => {
  const delays = {
    ...held.delays,
    "prepare.timeout": () => {
      throw new Error("no such time");
    },
  };
  const called: string[] = [];
  const names = ["prepare", "finish", "undo_prepare", "undo_finish"];
  const things = Object.fromEntries(names.map((name) => [name, () => void called.push(name)]));
  const c = await cluster(memory, () => [implement({ ...held, delays }, { things })]);
  await c.join();
  const handle = await c.through(c.client.start(held, { id: "held-1", input: null }));
  await c.until("it is set aside", async () => (await handle.status()).conditions.includes("quarantined"));
  expect((await handle.history()).at(-1)?.record).toMatchObject({ message: expect.stringContaining("no such time") });
  expect(called).toEqual([]);
  await c.close();
});
