import { openStore } from "@sagac/runtime";
import { expect, test, vi } from "vitest";
import { newFamily } from "../../runtime/engine/family.ts";
import { checkLogs, type Reader, readFamily } from "../../runtime/engine/recover.ts";
import type { StoredSaga } from "../../runtime/store/store.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

const implementation = orderImplementation(orderWorld());

async function storedOrder(): Promise<StoredSaga> {
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock, partitions: 1 }),
    sagas: [orderImplementation(orderWorld({ orders: { createOrder: () => new Promise(() => undefined) } }))],
  });
  await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await run.settle();
  const stored = await run.store.load({ saga: placeOrder.saga, version: placeOrder.version, index: 0 }, "order-1");
  if (stored === null) throw new Error("it was not stored");
  return stored;
}

function readerOf(load: Reader["load"]): Reader {
  const none = () => Promise.resolve([]);
  return { load, children: none, log: none, tail: none, since: none };
}

test("a snapshot is parsed once, however much of it is looked at", async () => {
  const stored = await storedOrder();
  const parse = vi.spyOn(JSON, "parse");
  try {
    const family = newFamily("order-1", "loading");
    const read = await readFamily(
      family,
      implementation,
      new Map(),
      readerOf(() => Promise.resolve(stored)),
    );
    expect([read, family.unreadable, family.members.size]).toEqual(["read", null, 1]);
    expect(parse.mock.calls.filter(([text]) => text === stored.snapshot.whole)).toHaveLength(1);
  } finally {
    parse.mockRestore();
  }
});

test("logs of several members are read side by side", async () => {
  const stored = await storedOrder();
  const family = newFamily("order-1", "loading");
  await readFamily(
    family,
    implementation,
    new Map(),
    readerOf(() => Promise.resolve(stored)),
  );
  const root = family.members.get("order-1");
  if (root === undefined) throw new Error("it was not read");
  const ids = Array.from({ length: 5 }, (_, index) => `order-1//$foreach1.1.${index}`);
  for (const id of ids) family.members.set(id, { ...root, id });
  const asked: string[] = [];
  let answer = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const checked = checkLogs(
    family,
    ids,
    readerOf(async (id) => {
      asked.push(id);
      await gate;
      return stored;
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked.toSorted()).toEqual(ids);
  answer();
  expect([await checked, family.unreadable]).toEqual([true, null]);
});
