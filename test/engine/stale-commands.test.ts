import { implement, openStore } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import type { CommitPart, PendingCommand } from "../../runtime/store/store.ts";
import { cluster } from "../kit/cluster.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";

test("a command that was read before it was consumed, and is told after it, is not taken a second time", async () => {
  const { steps } = orderWorld({ orders: { createOrder: () => new Promise(() => undefined) } });
  const consumed: string[] = [];
  // The first read of the cancel is told only when a second one, made for the timer, has led to its commit.
  const taken = Promise.withResolvers<void>();
  let reads = 0;
  const c = await cluster(
    async (clock) =>
      observeStore(await openStore("memory:", { clock, partitions: 1 }), {
        after({ operation, arguments: [parts] }, outcome) {
          if (!outcome.ok) return;
          if (operation === "commit") {
            const ids = (parts as readonly CommitPart[]).flatMap(({ consume }) => consume.map(({ id }) => id));
            consumed.push(...ids);
          }
          if (operation !== "pending" || !(outcome.value as PendingCommand[]).some(({ kind }) => kind === "cancel")) return;
          reads++;
          return reads === 1 ? taken.promise : undefined;
        },
      }),
    () => [implement(placeOrder, steps)],
  );
  const node = await c.join();
  const handle = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await c.pass(100);
  const cancelled = handle.cancel();
  for (let turn = 0; consumed.length < 2; turn++) {
    expect(turn).toBeLessThan(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    c.clock.advanceBy(1);
  }
  // The worker has heard of its commit, too.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  taken.resolve();
  await c.through(cancelled);
  await c.pass(5_000);
  expect(reads).toBeGreaterThan(1);
  expect(consumed.filter((id) => id.startsWith("cancel:"))).toHaveLength(1);
  node.kill();
  await c.close();
});
