import { type Clock, createClient, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HintHub } from "../../runtime/client/hint-hub.ts";
import { untilFound } from "../../runtime/client/waiting.ts";
import type { Hint, Store } from "../../runtime/store/store.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

/** Stands still, and wakes nobody: what is not read at once or at a hint is never read. */
const still: Clock = { now: () => 0, monotonic: () => 0, schedule: () => () => undefined };

describe("waiting for the result of a saga that was started just now", () => {
  let store: Store;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let loads: string[];
  const input = orderInput();

  beforeEach(async () => {
    loads = [];
    store = observeStore(await openStore("memory:"), {
      before: ({ operation, arguments: [, id] }) => {
        if (operation === "load") loads.push(String(id));
      },
    });
    worker = await startWorker({ store, handleSignals: false, log: silentLogger, sagas: [orderImplementation(orderWorld())] });
  });
  afterEach(async () => {
    await worker.stop();
    await store.close();
  });

  /** A client that hears hints: it waits for another saga, which has no worker, and something has just ended. */
  async function listening() {
    const client = createClient({ store, clock: still });
    const other = { ...placeOrder, version: 9 };
    const waits = await client.start(other, { id: "order-0", input });
    waits.result().catch(() => undefined);
    await (await client.start(placeOrder, { id: "order-1", input })).result();
    loads = [];
    return client;
  }

  it("reads it once, when its end is heard", async () => {
    const client = await listening();
    const order = await client.start(placeOrder, { id: "order-2", input });
    expect(await order.result()).toMatchObject({ status: "completed" });
    expect(await order.result()).toMatchObject({ status: "completed" });
    expect(loads).toEqual(["order-2", "order-2"]);
  });

  it("reads it at once where its end was heard before", async () => {
    const client = await listening();
    const order = await client.start(placeOrder, { id: "order-2", input });
    await createClient({ store }).get(placeOrder, "order-2").result();
    expect(await order.result()).toMatchObject({ status: "completed" });
  });

  it.each(["the same client", "another"])("reads it at once where %s had started it, and it has ended", async (which) => {
    const client = await listening();
    const first = await (which === "another" ? createClient({ store }) : client).start(placeOrder, { id: "order-2", input });
    await first.result();
    const again = await client.start(placeOrder, { id: "order-2", input });
    expect(await again.result()).toMatchObject({ status: "completed" });
  });

  it("reads it at once where no hints have come through", async () => {
    const order = await createClient({ store }).start(placeOrder, { id: "order-2", input });
    await order.result();
    expect(loads.length).toBeGreaterThan(1);
  });
});

const where = { saga: "PlaceOrder", version: 1, index: 0 };

/** A hub that one waits at; `tell` gives it a hint about that partition. */
function waitedAt() {
  let listener = (_: Hint): void => undefined;
  const watch: Store["watch"] = (given) => {
    listener = given;
    return () => undefined;
  };
  const hub = new HintHub({ watch } as Store, still);
  const wait = () => hub.wait(where, "other", () => undefined);
  const end = wait();
  const tell = (sagaId: string | null, what: Hint["what"]) => listener({ partition: "PlaceOrder@1/0", sagaId, what });
  return { hub, tell, wait, end };
}

it("where a hint does not say what was committed, nothing is said of what has not ended", () => {
  const { hub, tell } = waitedAt();
  tell("a", "committed");
  const { era } = hub;
  if (era === null) throw new Error("hints are not heard");
  tell("a", "committed");
  tell(null, "released");
  expect(hub.hasNotEnded(where, "b", era)).toBe(true);
  tell(null, "committed");
  expect(hub.hasNotEnded(where, "b", era)).toBe(false);
});

it("a new subscription has heard nothing yet", () => {
  const { hub, tell, wait, end } = waitedAt();
  tell("a", "committed");
  expect(hub.isHeard).toBe(true);
  end();
  wait();
  expect(hub.isHeard).toBe(false);
  tell("a", "committed");
  expect(hub.isHeard).toBe(true);
});

it("who waits for no time looks once, also for what was started just now", async () => {
  const { hub, tell } = waitedAt();
  tell("a", "committed");
  const waiting = { clock: still, hints: hub, partition: where, sagaId: "a", limitMs: 0, matters: () => true };
  expect(await untilFound(waiting, async () => "found", true)).toBe("found");
});

it("what ended long ago is forgotten, and of what began before that nothing is said", () => {
  const { hub, tell } = waitedAt();
  const ended = (sagaId: string) => tell(sagaId, "ended");
  expect(hub.era).toBeNull();
  ended("a");
  const { era } = hub;
  if (era === null) throw new Error("hints are not heard");
  expect([hub.hasNotEnded(where, "a", era), hub.hasNotEnded(where, "b", era)]).toEqual([false, true]);
  for (let count = 0; count < 1_024; count++) ended(`more-${count}`);
  expect(hub.era).not.toBe(era);
  expect([hub.hasNotEnded(where, "a", era), hub.hasNotEnded(where, "b", era)]).toEqual([false, false]);
});
