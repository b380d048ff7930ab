import { implement, openStore, type SagaFilter, type SagaSummary } from "@sagac/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { steps as tripSteps } from "../../sagas/book-trip/book-trip.steps.ts";
import { bookTrip } from "../../sagas/book-trip/generated/book-trip.saga.ts";
import { type Cluster, cluster } from "../kit/cluster.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

const MINUTE = 60_000;

describe("a client lists and counts", () => {
  let c: Cluster;
  let startMs: number;

  /** A minute apart: a trip that waits for its payment, an order that is parked, one that pauses between two attempts, and one that completes. */
  beforeAll(async () => {
    const world = orderWorld({
      payments: {
        // What does not fit is parked at once.
        capturePayment: (_input, ctx) => (ctx.sagaId === "order-parked" ? ({} as { paymentId: string }) : { paymentId: "p" }),
      },
      shipping: {
        requestShipment: (_input, ctx) => {
          if (ctx.sagaId === "order-pausing") throw new Error("busy");
          return { trackingId: "t" };
        },
      },
    });
    c = await cluster(
      (clock) => openStore("memory:", { clock }),
      () => [orderImplementation(world), implement(bookTrip, tripSteps)],
    );
    startMs = c.clock.now();
    await c.join();
    await c.through(c.client.start(bookTrip, { id: "trip", input: tripInput() }));
    for (const id of ["order-parked", "order-pausing", "order-done"]) {
      await c.pass(MINUTE - ((c.clock.now() - startMs) % MINUTE));
      await c.through(c.client.start(placeOrder, { id, input: orderInput() }));
    }
    await c.pass(MINUTE / 2);
  });
  afterAll(() => c.close());

  const searches: readonly [string, SagaFilter, readonly string[]][] = [
    ["all", {}, ["order-done", "order-pausing", "order-parked", "trip"]],
    ["a saga", { saga: "PlaceOrder" }, ["order-done", "order-pausing", "order-parked"]],
    ["a version", { version: 1, saga: "BookTrip" }, ["trip"]],
    ["what runs", { status: "running" }, ["order-pausing", "order-parked", "trip"]],
    ["what completed", { status: "completed" }, ["order-done"]],
    ["what is parked", { condition: "parked" }, ["order-parked"]],
    ["a tag", { tags: { traveller: "kim" } }, ["trip"]],
    ["a tag of another", { tags: { traveller: "lee" } }, []],
    ["a step that pauses before its next attempt", { step: "requestShipment" }, ["order-pausing"]],
    ["a step that is parked", { step: "capturePayment" }, ["order-parked"]],
    ["what waits for a signal", { waitingFor: "paid" }, ["trip"]],
    ["older", { olderThan: "2m" }, ["order-parked", "trip"]],
    ["younger", { youngerThan: "2m" }, ["order-done", "order-pausing"]],
    ["older and younger", { olderThan: "2m", youngerThan: 3 * MINUTE }, ["order-parked"]],
    ["unchanged", { unchangedFor: "1m", status: "running" }, ["order-parked", "trip"]],
  ];
  test.each(searches)("%s", async (_name, filter, expected) => {
    const newest = await c.client.list(filter);
    expect([newest.sagas.map(({ id }) => id), newest.cursor]).toEqual([expected, null]);
    const oldest = await c.client.list(filter, { order: "oldest" });
    expect(oldest.sagas).toEqual([...newest.sagas].reverse());
    expect(await c.client.count(filter)).toBe(expected.length);
    expect(await walk(filter)).toEqual(newest.sagas);
  });

  test("what is shown of each", async () => {
    const [done, , parked, trip] = (await c.client.list()).sagas;
    expect(trip).toEqual({
      saga: "BookTrip",
      version: 1,
      id: "trip",
      status: "running",
      conditions: [],
      tags: { traveller: "kim", trip: tripInput().tripId },
      steps: ["$await1"],
      waitingFor: ["paid"],
      startedAtMs: startMs,
      changedAtMs: expect.any(Number),
    });
    expect(parked).toMatchObject({ conditions: ["parked"], steps: ["capturePayment"], tags: {} });
    expect(done).toMatchObject({ status: "completed", steps: [], waitingFor: [], startedAtMs: startMs + 3 * MINUTE });
  });

  test("the pages of a walk count ages from its first page, however long it takes", async () => {
    const filter = { olderThan: "2m" };
    const first = await c.client.list(filter, { limit: 1, order: "oldest" });
    expect(first.sagas.map(({ id }) => id)).toEqual(["trip"]);
    await c.pass(2 * MINUTE);
    const second = await c.client.list(filter, { limit: 10, order: "oldest", cursor: first.cursor });
    expect([second.sagas.map(({ id }) => id), second.cursor]).toEqual([["order-parked"], null]);
  });

  test("a cursor that no page gave, one of another search, and what is no filter are refused (RT1020)", async () => {
    const { cursor } = await c.client.list({ saga: "PlaceOrder" }, { limit: 1 });
    const text = cursor ?? "";
    const forged = (change: (fields: unknown[]) => unknown[]) => {
      const whole = Buffer.from(text, "base64url").toString();
      return Buffer.from(whole.slice(0, 8) + JSON.stringify(change(JSON.parse(whole.slice(8)) as unknown[]))).toString(
        "base64url",
      );
    };
    const cursors = [
      "",
      "x",
      "' OR 1=1 --",
      text.slice(1),
      `${text}A`,
      forged(([asked, asOf, created, , partition]) => [asked, asOf, created, "{a}", partition]),
      forged((fields) => fields.slice(1)),
      7,
    ];
    for (const wrong of cursors) {
      await expect(c.client.list({ saga: "PlaceOrder" }, { cursor: wrong as string }), String(wrong)).rejects.toMatchObject({
        code: "RT1020",
      });
    }
    await expect(c.client.list({ saga: "PlaceOrder" }, { cursor, order: "oldest" })).rejects.toMatchObject({ code: "RT1020" });
    await expect(c.client.list({ saga: "BookTrip" }, { cursor })).rejects.toThrow("of another search");
    for (const filter of [{ stauts: "running" }, { status: "parked" }, { olderThan: "yesterday" }, { tags: { a: {} } }]) {
      await expect(c.client.list(filter as SagaFilter)).rejects.toMatchObject({ code: "RT1020" });
      await expect(c.client.count(filter as SagaFilter)).rejects.toMatchObject({ code: "RT1020" });
    }
    for (const options of [{ limit: 0 }, { limit: 1_001 }, { order: "first" }, { page: 2 }]) {
      await expect(c.client.list({}, options as { limit: number })).rejects.toMatchObject({ code: "RT1020" });
    }
  });

  async function walk(filter: SagaFilter): Promise<SagaSummary[]> {
    const found: SagaSummary[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof c.client.list>> = await c.client.list(filter, { cursor, limit: 1 });
      found.push(...page.sagas);
      if (page.cursor === null) return found;
      cursor = page.cursor;
    }
  }
});

function tripInput() {
  return {
    tripId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
    traveller: "kim",
    flight: "KL1",
    hotel: "Ritz",
    from: "2026-12-01",
    until: "2026-12-05",
    holdFor: 86_400_000,
  };
}
