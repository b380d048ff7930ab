import { createClient, type SentCommand, type Store, silentLogger, startWorker } from "@sagac/runtime";
import { expect, test } from "vitest";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { until } from "../kit/until.ts";

/** Reads that name the command that they must show, on a store of one's own for each test. */
export function reads(open: () => Promise<Store>): void {
  /** An order whose payment waits until it is told to go on; `works`: whether a worker is up. */
  async function begun({ works = true, other = false } = {}) {
    const store = await open();
    const hold = Promise.withResolvers<void>();
    const world = orderWorld({
      payments: {
        capturePayment: async () => {
          await hold.promise;
          return { paymentId: "p" };
        },
      },
    });
    const sagas = [orderImplementation(world)];
    const options = { store, handleSignals: false, log: silentLogger, graceMs: 1, pollMs: 50 };
    const worker = works ? await startWorker({ ...options, sagas }) : null;
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    // Serves this saga, and holds nothing of it.
    if (other) await store.attend({ owner: "elsewhere", serves: [{ saga: "PlaceOrder", version: 1 }] }, 60_000);
    const close = async (): Promise<void> => {
      hold.resolve();
      await worker?.stop();
      await store.close();
    };
    return { order, world, hold, close };
  }

  const refusal = async (
    order: Awaited<ReturnType<typeof begun>>["order"],
    after: SentCommand,
  ): Promise<{ readonly code?: string; readonly message?: string }> =>
    await order.status({ after, timeout: 60 }).then(
      () => ({}),
      (error: unknown) => error as Error,
    );

  test("a read shows at least what the command did that it names", async () => {
    const { order, world, hold, close } = await begun();
    expect((await order.status({ after: "start" })).status).toBe("running");
    expect((await order.history(undefined, { after: "start" }))[0]?.record.type).toBe("started");
    expect(await order.command("start")).toMatchObject({ status: "applied" });
    await until("the pivot decides", () => world.calls.some(({ operation }) => operation === "payments.capturePayment"));
    hold.resolve();
    await close();
  });

  test("a command that has no worker says so: it waits for a version", async () => {
    const { order, close } = await begun({ works: false });
    expect((await order.status()).status).toBe("starting");
    expect(await order.command("start")).toEqual({ status: "pending", code: null, message: null });
    expect(await refusal(order, "start")).toMatchObject({
      code: "RT3009",
      message: expect.stringContaining("waits for a version"),
    });
    await close();
  });

  test("… or that nobody holds its partition", async () => {
    const { order, close } = await begun({ works: false, other: true });
    const { code, message } = await refusal(order, "start");
    expect([code, message]).toEqual(["RT3009", expect.stringContaining("nobody has held its partition")]);
    await close();
  });

  test("one that nobody sent is told as such", async () => {
    const { order, close } = await begun();
    await order.status({ after: "start" });
    const { code, message } = await refusal(order, { signal: "never" });
    expect([code, message]).toEqual(["RT3009", expect.stringContaining("no such command waits")]);
    await close();
  });

  test("a cancel waits for the pivot, and says that it does; then it is refused under its id, and a repeat of it too", async () => {
    const { order, world, hold, close } = await begun();
    await until("the pivot decides", () => world.calls.some(({ operation }) => operation === "payments.capturePayment"));
    await expect(order.cancel({ id: "c-1", timeout: 50 })).rejects.toMatchObject({ code: "RT1008" });
    await until("it is seen", async () => (await order.command({ cancel: "c-1" })).status === "waiting for the pivot");
    const { code, message } = await refusal(order, { cancel: "c-1" });
    expect([code, message]).toEqual(["RT3009", expect.stringContaining("whether the pivot has happened")]);
    hold.resolve();
    await order.status({ after: { cancel: "c-1" } });
    expect(await order.command({ cancel: "c-1" })).toMatchObject({ status: "refused", code: "RT3004" });
    await expect(order.cancel({ id: "c-1" })).rejects.toMatchObject({ code: "RT3004" });
    expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    await close();
  });
}
