import { openStore } from "@sagac/runtime";
import { faultyStore, type StoreFault } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { type OrderWorld, orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

/**
 * One fault at one call of the store, for every call that an order makes it see: worker and client share the store. Whatever fails however,
 * the order ends the one way it should, and no handler is called twice.
 */
const FAULTS: readonly StoreFault[] = ["unreachable", "lost-request", "lost-reply"];

const ORDERS = [
  { name: "completes", world: () => orderWorld(), ends: "completed", calls: 5 },
  {
    name: "is out of stock",
    world: () =>
      orderWorld({
        inventory: {
          reserveStock: (input, ctx) => {
            throw ctx.fail("OutOfStock", { sku: input.sku, left: 0 });
          },
        },
      }),
    ends: "compensated",
    calls: 5,
  },
] as const;

describe.each(ORDERS)("an order that $name", ({ world, ends, calls }) => {
  test.each(FAULTS)("%s, at every call of the store", async (fault) => {
    const faults: string[] = [];
    let number = 0;
    for (let reached = true; reached; ) {
      number++;
      const order = world();
      const told = await orderWithFault(order, number, fault);
      reached = told.reached;
      if (told.status !== ends) faults.push(`call ${number} (${told.operation}): ended ${told.status}`);
      const operations = order.calls.map((call) => call.operation);
      if (operations.length !== calls || new Set(operations).size !== calls) {
        faults.push(`call ${number} (${told.operation}): called ${operations.join(", ")}`);
      }
    }
    expect(faults).toEqual([]);
    expect(number).toBeGreaterThan(10);
  });
});

/** `reached`: whether the order made the store see so many calls. The first call, the worker's first look, is spared: it rejects at start. */
async function orderWithFault(world: OrderWorld, number: number, fault: StoreFault) {
  let operation = "none";
  let left = number;
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [orderImplementation(world)],
    wrap: (store) => {
      let started = false;
      return faultyStore(store, (call) => {
        if (!started) {
          started = call.operation === "occupied";
          return null;
        }
        if (call.operation === "release" || --left !== 0) return null;
        operation = call.operation;
        return fault;
      });
    },
  });
  try {
    const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    const result = await run.through(order.result());
    return { reached: operation !== "none", operation, status: result.status };
  } finally {
    await run.close();
  }
}
