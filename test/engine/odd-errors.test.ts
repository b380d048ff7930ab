import { openStore } from "@sagac/runtime";
import { expect, test } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

function refuse(): never {
  throw new Error("not to be asked");
}

function takenBack(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

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
  ["what throws whatever it is asked for", new Proxy({}, { get: refuse })],
  ["what throws when it is asked what it is", Object.defineProperty({}, "kind", { get: refuse })],
  ["what throws when it is asked for its name", Object.defineProperty({ kind: "declared" }, "name", { get: refuse })],
  ["what was taken back", takenBack()],
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

test("a declared error whose data cannot be had is definite all the same", async () => {
  const thrown = Object.defineProperty({ kind: "declared", name: "OutOfStock" }, "data", { get: refuse });
  const world = orderWorld({ inventory: { reserveStock: () => Promise.reject(thrown) } });
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [orderImplementation(world)] });
  const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  const result = await run.through(order.result({ timeout: "2d" }));
  expect(result).toMatchObject({ status: "compensated", failure: { name: "OutOfStock", step: "reserveStock" } });
  expect(world.calls.filter(({ operation }) => operation === "inventory.releaseStock")).toEqual([]);
  await run.close();
});

const WORDS: readonly (readonly [what: string, thrown: unknown, said: string])[] = [
  [
    "its cause",
    new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }),
    "fetch failed: connect ECONNREFUSED",
  ],
  ["a cause that it tells of itself", new Error("no bank: busy", { cause: new Error("busy") }), "no bank: busy"],
  ["all that failed", new AggregateError([new Error("no v4"), new Error("no v6")]), "AggregateError: no v4: no v6"],
  ["a record", { code: 14, details: "unavailable" }, '{"code":14,"details":"unavailable"}'],
  ["an error without a message", new RangeError(), "RangeError"],
  ["a cause that has no text", new Error("it", { cause: Object.create(null) }), "it"],
  ["itself", Object.assign(new Error("round"), { cause: { toString: refuse } }), "round"],
];

test.each(WORDS)("a history says of what was thrown %s", async (_, thrown, said) => {
  const world = orderWorld({ inventory: { reserveStock: () => Promise.reject(thrown) } });
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [orderImplementation(world)] });
  const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await run.through(order.result({ timeout: "2d" }));
  const messages = (await run.through(order.history())).flatMap(({ record }) =>
    record.type === "answered" && record.outcome === "unknown" ? [record.event] : [],
  );
  expect(messages[0]).toMatchObject({ error: { message: said } });
  await run.close();
});

test("a declared error that is returned, where it was meant to be thrown, is one: the step is not taken as done", async () => {
  const reserveStock = (_: unknown, ctx: { fail(name: string, data: unknown): Error }) =>
    ctx.fail("OutOfStock", { sku: "MUG", left: 0 });
  const world = orderWorld({ inventory: { reserveStock: reserveStock as never } });
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [orderImplementation(world)] });
  const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  const result = await run.through(order.result({ timeout: "2d" }));
  expect(result).toMatchObject({ status: "compensated", failure: { name: "OutOfStock", data: { sku: "MUG", left: 0 } } });
  await run.close();
});
