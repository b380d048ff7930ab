import { type Client, createClient, implement, openStore, type SagaHandle, type Store, startWorker } from "@sagac/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

/** What JavaScript lets through, and a cast: seen by nobody but the runtime. */
interface Loose {
  readonly client: Record<keyof Client, (...given: unknown[]) => unknown>;
  readonly order: Record<keyof SagaHandle, (...given: unknown[]) => unknown>;
  readonly store: Store;
}

const cyclic: unknown[] = [];
cyclic.push(cyclic);
const id = "order-1";
const signed = { by: "kim", reason: "asked" };
const open = openStore as (...given: unknown[]) => unknown;
const create = createClient as (...given: unknown[]) => unknown;
const work = startWorker as (...given: unknown[]) => unknown;
const bind = implement as (...given: unknown[]) => unknown;
const sagas = [orderImplementation(orderWorld())];

let loose: Loose;
beforeAll(async () => {
  const store = await openStore("memory:");
  const client = createClient({ store });
  await client.start(placeOrder, { id, input: orderInput() });
  loose = { store, client, order: client.get(placeOrder, id) } as unknown as Loose;
});
afterAll(() => loose.store.close());

const rows: readonly (readonly [what: string, call: (given: Loose) => unknown, says: string])[] = [
  [
    "a store of nothing",
    () => open(undefined),
    "RT1009 store-url: a store is named by a text, not by undefined: is the variable set",
  ],
  ["a store of a URL", () => open(new URL("redis://localhost")), "not by an object"],
  [
    "options that are none",
    () => open("memory:", null),
    "RT1019 bad-argument: `openStore` needs a record of options, and got null",
  ],
  [
    "a time that is a text",
    () => open("redis://localhost:1", { commandTimeoutMs: "5s" }),
    "`commandTimeoutMs` as a whole number",
  ],
  ["a time that is over", () => open("redis://localhost:1", { commandTimeoutMs: -1 }), "and got -1"],
  ["no connections", () => open("postgres://localhost:1/x", { connections: 0 }), "`connections` as a whole number from 1"],
  ["a warning for nobody", () => open("memory:", { onWarning: "log" }), '`onWarning` as a function, and got "log"'],
  ["a client of nothing", () => create(), "`createClient` needs a record of options, and got undefined"],
  ["a client without a store", () => create({}), "`createClient` needs a `store`, and got undefined: `await openStore(url)`"],
  ["a client of a promise", () => create({ store: openStore("memory:") }), "got a promise (is an `await` missing?)"],
  ["a client of a URL", () => create({ store: "memory:" }), 'got "memory:": open it first'],
  ["a worker of nothing", () => work(), "`startWorker` needs a record of options"],
  ["a worker without a store", () => work({ sagas }), "`startWorker` needs a `store`"],
  [
    "a worker of one saga",
    ({ store }) => work({ store, sagas: sagas[0] }),
    "`startWorker` needs a list as `sagas`, and got an object",
  ],
  [
    "a worker of a definition",
    ({ store }) => work({ store, sagas: [placeOrder] }),
    "what `implement(definition, steps)` gives, in `sagas`",
  ],
  ["a worker of undefined", ({ store }) => work({ store, sagas: [undefined] }), "in `sagas`, and got undefined"],
  [
    "half a logger",
    ({ store }) => work({ store, sagas, log: { info: () => null } }),
    "a logger as `log`, and got an object: it has no `warn`, `error`",
  ],
  ["an implementation of nothing", () => bind(undefined, {}), "`implement` needs the definition of a saga, and got undefined"],
  ["an implementation of a promise", () => bind(Promise.resolve(placeOrder), {}), "got a promise"],
  ["no handlers", () => bind(placeOrder, null), "RT1012"],
  ["a start of nothing", ({ client }) => client.start(), "`client.start` needs the definition of a saga, and got undefined"],
  [
    "a start of a name",
    ({ client }) => client.start("PlaceOrder", { id }),
    'got "PlaceOrder": hand over what the saga\'s `generated/….saga.ts` exports',
  ],
  ["a start of an implementation", ({ client }) => client.start(sagas[0], { id }), "this is what `implement` gives"],
  ["a start without options", ({ client }) => client.start(placeOrder), "`client.start` needs a record of options"],
  [
    "a start with a misspelt option",
    ({ client }) => client.start(placeOrder, { id, input: orderInput(), corelationId: "x" }),
    '`client.start` has no option "corelationId"',
  ],
  [
    "an id that is a bigint",
    ({ client }) => client.start(placeOrder, { id: 5n, input: orderInput() }),
    "RT1001 bad-saga-id: a saga's id is a text of 1 to 255 bytes without lone surrogates; got 5n",
  ],
  ["an id that goes round", ({ client }) => client.start(placeOrder, { id: cyclic, input: orderInput() }), "got a list"],
  [
    "an input whose getter throws",
    ({ client }) =>
      client.start(placeOrder, {
        id: "new",
        input: Object.defineProperty({}, "sku", { enumerable: true, get: () => (undefined as unknown as Loose).store }),
      }),
    "RT1011",
  ],
  ["a handle of nothing", ({ client }) => client.get(undefined, id), "`client.get` needs the definition of a saga"],
  [
    "a signal with a start of nothing",
    ({ client }) => client.signalWithStart(placeOrder),
    "`client.signalWithStart` needs a record of options",
  ],
  ["a list of nothing", ({ client }) => client.list(null), "a record as its filters, and got null"],
  [
    "a limit that is a text",
    ({ client }) => client.list({}, { limit: "5" }),
    'RT1020 bad-search: the limit of a list is a number, not "5"',
  ],
  [
    "a version that is a text",
    ({ client }) => client.list({ version: "1" }),
    "RT1020 bad-search: sagas cannot be searched by version",
  ],
  [
    "a time limit alone",
    ({ order }) => order.result("30s"),
    '`result` needs a record of options, and got "30s": there are "timeout", "signal"',
  ],
  ["a misspelt time limit", ({ order }) => order.result({ timeOut: "30s" }), '`result` has no option "timeOut"'],
  [
    "a controller as a signal",
    ({ order }) => order.result({ signal: new AbortController() }),
    "`result` needs an `AbortSignal` as `signal`, and got an object",
  ],
  [
    "a read after something",
    ({ order }) => order.status({ after: "begin" }),
    'a command like "start", { signal: id }, { cancel: id }, { decide: id } or { release: id }, and got "begin"',
  ],
  ["a read after a misspelt command", ({ order }) => order.status({ after: { signl: "a" } }), "a command like"],
  ["a command of nothing", ({ order }) => order.command(), "a command like"],
  [
    "options in the place of a child",
    ({ order }) => order.history({ secrets: "shown" }),
    "`history` needs `child` as a text, and got an object",
  ],
  ["a reason alone", ({ order }) => order.cancel("too late"), '`cancel` needs a record of options, and got "too late"'],
  ["a reason that is no text", ({ order }) => order.cancel({ reason: 5 }), "`cancel` needs `reason` as a text, and got 5"],
  [
    "a signal with an option that there is not",
    ({ order }) => order.signal("paid", {}, { signalId: "a" }),
    '`signal` has no option "signalId"',
  ],
  ["a verdict over nothing", ({ order }) => order.decide(), "`decide` needs `call` as a text"],
  [
    "a verdict that is a text",
    ({ order }) => order.decide("reserveStock", "retry", signed),
    'a verdict like `{ verb: "retry" }`, and got "retry"',
  ],
  ["a verdict of nobody", ({ order }) => order.decide("reserveStock", { verb: "retry" }), "`decide` needs a record of options"],
  [
    "a verdict without a reason",
    ({ order }) => order.decide("reserveStock", { verb: "retry" }, { by: "kim" }),
    "`decide` needs `reason` as a text",
  ],
  ["a release of nobody", ({ order }) => order.release(), "`release` needs a record of options"],
  ["a release without a reason", ({ order }) => order.release({ by: "kim" }), "`release` needs `reason` as a text"],
];

test.each(rows)("is refused where it is handed over: %s", async (_, call, says) => {
  const refused = Promise.resolve(loose).then(call);
  await expect(refused).rejects.toMatchObject({ name: "SagaError", code: expect.stringMatching(/^RT10\d\d$/) });
  await expect(refused).rejects.toThrow(says);
});

test("what was never started has neither a history nor children, and an item that there is not has no history", async () => {
  const absent = loose.client.get(placeOrder, "nowhere") as SagaHandle;
  await expect(absent.history()).rejects.toMatchObject({ code: "RT1004" });
  await expect(absent.children()).rejects.toMatchObject({ code: "RT1004" });
  const started = loose.order as unknown as SagaHandle;
  expect([await started.history(), await started.children()]).toEqual([[], []]);
  await expect(started.history(`${id}//seats.1.0`)).rejects.toThrow("RT1004");
});
