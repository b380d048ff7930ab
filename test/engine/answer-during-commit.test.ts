import { openStore } from "@sagac/runtime";
import { expect, it } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

it("makes no call again whose answer came while a commit was under way", async () => {
  const world = orderWorld({
    payments: {
      // Its branch's sibling answers at once, and the commit of that takes longer than this.
      async authorizePayment({ orderId }) {
        await turns(3);
        return { authorizationId: `a-${orderId}` };
      },
    },
  });
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [orderImplementation(world)],
    hooks: { after: (call) => (call.operation === "commit" ? turns(30) : undefined) },
  });
  const order = await run.client.start(placeOrder, { id: "order-1", input: orderInput() });
  expect(await run.through(order.result())).toMatchObject({ status: "completed" });
  expect(world.calls.map((call) => call.operation)).toEqual([
    "orders.createOrder",
    "inventory.reserveStock",
    "payments.authorizePayment",
    "payments.capturePayment",
    "shipping.requestShipment",
  ]);
  expect((await run.through(order.history())).filter(({ record }) => record.type === "late")).toEqual([]);
  await run.close();
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
