import { openStore } from "@sagac/runtime";
import { expect, test } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

const ODD: readonly (readonly [string, unknown])[] = [
  ["an error whose message is a list", Object.assign(new Error("it"), { message: ["no", "text"] })],
  ["an error whose message is a record", Object.assign(new Error("it"), { message: { why: "no text" } })],
  ["nothing that has a text", Object.create(null)],
  [
    "what throws when it is asked for its text",
    {
      toString: () => {
        throw new Error("no");
      },
    },
  ],
  ["a symbol", Symbol("no")],
  ["nothing at all", undefined],
];

test.each(ODD)("a handler that throws %s has an unknown outcome, and the saga turns back", async (_, thrown) => {
  const throws = () => Promise.reject(thrown);
  const world = orderWorld({ inventory: { reserveStock: throws } });
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [orderImplementation(world)] });
  const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  const { status } = await run.through(order.result({ timeout: "2d" }));
  expect(status).toBe("compensated");
  await run.close();
});
