import { implement, openStore } from "@sagac/runtime";
import { expect, test } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { orderInput, orderWorld, placeOrder } from "../kit/order.ts";

test.for([
  { history: "snapshots", captured: true },
  { history: "events", captured: true },
  { history: "snapshots", captured: false },
  { history: "events", captured: false },
] as const)(
  "a cancel that waits for the pivot is one in the history, however many workers take the saga over meanwhile: %o",
  async ({ history, captured }) => {
    const last = "worker-3";
    const c = await cluster(
      (clock) => openStore("memory:", { clock, partitions: 1 }),
      (node) => {
        const { steps } = orderWorld({
          payments: {
            capturePayment: () => (node === last ? ({ paymentId: captured ? "p-1" : 7 } as never) : new Promise(() => undefined)),
          },
        });
        return [implement(placeOrder, steps)];
      },
    );
    const first = await c.join({ history });
    const order = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    await c.pass(1_000);
    const cancels = [
      order.cancel({ by: "kim", id: "one", timeout: "1h" }),
      order.cancel({ by: "lee", id: "two", timeout: "1h" }),
    ];
    const told = Promise.allSettled(cancels);
    await c.pass(1_000);
    first.kill();
    const second = await c.join({ history });
    await c.pass(20_000);
    second.kill();
    await c.join({ history });
    await c.pass(15_000);
    if (!captured) {
      await c.until("it parks", async () => (await order.status()).parked.length > 0);
      await c.through(order.decide("capturePayment", { verb: "didNotHappen" }, { by: "kim", reason: "looked it up" }));
    }
    const results = await c.through(told);
    expect(results.map((each) => (each.status === "rejected" ? each.reason.code : null))).toEqual(
      captured ? ["RT3004", "RT3004"] : [null, null],
    );
    expect((await c.through(order.result())).status).toBe(captured ? "completed" : "compensated");
    const records = (await c.through(order.history())).map(({ record }) => record);
    expect(records.filter(({ type }) => type === "recovered")).toHaveLength(2);
    const cancelled = records.flatMap((record) => (record.type === "command" && record.kind === "cancel" ? [record.by] : []));
    expect(cancelled).toEqual(["kim", "lee"]);
    await c.close();
  },
);

test("a saga that is set aside while a cancel waits for its pivot keeps no place in hand", async () => {
  const { steps } = orderWorld({ payments: { capturePayment: () => ({ paymentId: 7 }) as never } });
  const plain = placeOrder.validators.outputs.capturePayment;
  if (plain === undefined) throw new Error("a step without a validator");
  const capturePayment: typeof plain = {
    safeParse(value) {
      if (JSON.stringify(value).includes("odd")) throw new Error("an odd output");
      return plain.safeParse(value);
    },
  };
  const validators = { ...placeOrder.validators, outputs: { ...placeOrder.validators.outputs, capturePayment } };
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 1 }),
    () => [implement({ ...placeOrder, validators }, steps)],
  );
  const node = await c.join();
  const order = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
  await c.until("it parks", async () => (await order.status()).parked.length > 0);
  const cancelled = order.cancel({ timeout: "10s" }).catch(() => undefined);
  await c.pass(1_000);
  expect(node.worker.inHand).toBe(0);
  const verdict = { verb: "happened", output: { paymentId: "odd" } } as const;
  const decided = order.decide("capturePayment", verdict, { by: "kim", reason: "so it is" }).catch(() => undefined);
  await c.until("it is set aside", async () => (await order.status()).conditions.includes("quarantined"));
  expect((await order.history()).at(-1)?.record).toMatchObject({ type: "quarantined", message: "an odd output" });
  expect(node.worker.inHand).toBe(0);
  await c.through(Promise.all([cancelled, decided]));
  expect(node.worker.inHand).toBe(0);
  await c.close();
});

test.each([
  ["happened", "RT3004", "completed"],
  ["didNotHappen", null, "compensated"],
] as const)(
  "a saga that is parked while a cancel waits for its pivot keeps no place in hand, and the cancel is answered: %s",
  async (verb, code, end) => {
    const parks = new Set(["order-1"]);
    const capturePayment = (_: unknown, { sagaId }: { sagaId: string }) =>
      ({ paymentId: parks.has(sagaId) ? 7 : "p-1" }) as never;
    const { steps } = orderWorld({ payments: { capturePayment } });
    const c = await cluster(
      (clock) => openStore("memory:", { clock, partitions: 1 }),
      () => [implement(placeOrder, steps)],
    );
    const node = await c.join({ inHandMax: 1, restingMax: 0 });
    const order = await c.through(c.client.start(placeOrder, { id: "order-1", input: orderInput() }));
    await c.until("it parks", async () => (await order.status()).parked.length > 0);
    const told = order.cancel({ timeout: "1h" }).then(
      () => null,
      (error: { code: string }) => error.code,
    );
    await c.pass(1_000);
    expect(node.worker.inHand).toBe(0);
    const other = await c.through(c.client.start(placeOrder, { id: "order-2", input: orderInput() }));
    expect((await c.through(other.result())).status).toBe("completed");
    const verdict = verb === "happened" ? ({ verb, output: { paymentId: "p-2" } } as const) : ({ verb } as const);
    await c.through(order.decide("capturePayment", verdict, { by: "kim", reason: "looked it up" }));
    expect(await c.through(told)).toBe(code);
    expect((await c.through(order.result())).status).toBe(end);
    await c.close();
  },
);
