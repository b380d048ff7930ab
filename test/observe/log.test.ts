import { consoleLogger, createClient, type Logger, openStore, startWorker } from "@sagac/runtime";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

const written: string[] = [];
const spy = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
  written.push(String(chunk));
  return true;
});
afterAll(() => spy.mockRestore());
afterEach(() => {
  written.length = 0;
});

const cyclic: Record<string, unknown> = { name: "itself" };
cyclic.self = cyclic;
const failure = Object.assign(new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") }), { code: "E17" });

const rows: readonly (readonly [string, Record<string, unknown> | undefined, Record<string, unknown>])[] = [
  ["nothing", undefined, {}],
  ["a bigint", { cents: 5n }, { cents: "5" }],
  [
    "an error",
    { error: failure },
    { error: expect.objectContaining({ name: "Error", message: "fetch failed: connect ECONNREFUSED", code: "E17" }) },
  ],
  ["what goes round", cyclic, { fields: expect.stringContaining("[Circular *1]") }],
  ["what throws", { it: { toJSON: () => cyclic.nothing } }, {}],
  ["a head of its own", { level: "info", message: "all is well", time: 0 }, {}],
];

test.each(rows)("a line of the log is one JSON object, whatever its fields are: %s", (_, fields, has) => {
  consoleLogger.warn("something is up", fields);
  expect(written.join("")).toMatch(/^[^\n]*\n$/);
  const line = JSON.parse(written.join("")) as Record<string, unknown>;
  expect(line).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/), level: "warn", message: "something is up", ...has });
});

test("a logger that throws makes no step unknown and stops no worker", async () => {
  const broken = (): never => {
    throw new Error("the log is full");
  };
  const log: Logger = { info: broken, warn: broken, error: broken };
  const reserveStock = async (_: unknown, ctx: { readonly log: Logger }) => {
    ctx.log.info("reserving");
    return { reservationId: "r-1" };
  };
  const store = await openStore("memory:");
  const world = orderWorld({ inventory: { reserveStock } });
  const worker = await startWorker({ store, log, sagas: [orderImplementation(world)], handleSignals: false });
  const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
  expect(await order.result()).toMatchObject({ status: "completed" });
  await worker.stop();
  await store.close();
  expect(JSON.parse(written[0] ?? "")).toMatchObject({
    level: "error",
    message: "the logger failed",
    error: "the log is full",
    of: "reserving",
  });
});
