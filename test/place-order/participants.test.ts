import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkBooks, describeBooks, type PlacedOrder } from "../../sagas/place-order/participants/books.ts";
import { openParticipants, type Participants } from "../../sagas/place-order/participants/open.ts";
import type { CallKeys } from "../../sagas/place-order/participants/service-database.ts";

const folder = mkdtempSync(join(tmpdir(), "participants-"));
let run = 0;
let services: Participants;

beforeEach(() => {
  services = openParticipants(join(folder, String(++run)));
  services.inventory.deliver("mug", 3);
});

afterEach(() => services.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const input = { orderId: "o-1", customerId: "kim", sku: "mug", quantity: 2, total: { amount: 3_000, currency: "EUR" } };
const shipTo = { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" };

describe("a participant that remembers keys", () => {
  it("answers a repeat from its record, and its effect takes place once", async () => {
    const first = await services.inventory.reserve(input, forward("reserveStock"));
    const second = await services.inventory.reserve(input, forward("reserveStock"));
    expect(second).toEqual(first);
    expect(services.inventory.levelOf("mug")).toEqual({ sku: "mug", delivered: 3, left: 1 });
    expect(services.inventory.ledger()).toHaveLength(1);
  });

  it("answers a repeat of a refusal with the refusal, although the goods have arrived since", async () => {
    const wanted = { ...input, quantity: 9 };
    expect(await services.inventory.reserve(wanted, forward("reserveStock"))).toEqual({ refused: "OutOfStock", left: 3 });
    services.inventory.deliver("mug", 20);
    expect(await services.inventory.reserve(wanted, forward("reserveStock"))).toEqual({ refused: "OutOfStock", left: 3 });
    expect(services.inventory.ledger()).toEqual([]);
  });

  it("takes back once, however often it is asked", async () => {
    await services.inventory.reserve(input, forward("reserveStock"));
    await services.inventory.release(undo("reserveStock"));
    await services.inventory.release(undo("reserveStock"));
    expect(services.inventory.levelOf("mug")?.left).toBe(3);
    expect(services.inventory.ledger().map((entry) => entry.operation)).toEqual(["reserveStock", "releaseStock"]);
  });

  it("succeeds in undoing what never came, and turns it away when it comes after all", async () => {
    await services.inventory.release(undo("reserveStock"));
    await expect(services.inventory.reserve(input, forward("reserveStock"))).rejects.toThrow("too late");
    expect(services.inventory.levelOf("mug")?.left).toBe(3);
    expect(services.inventory.ledger()).toEqual([]);
  });

  it("does not take back what it refused", async () => {
    services.payments.setLimit("kim", 10);
    const wanted = { orderId: "o-1", customerId: "kim", amount: input.total };
    expect(await services.payments.authorize(wanted, forward("authorizePayment"))).toMatchObject({ refused: "PaymentDeclined" });
    await services.payments.void(undo("authorizePayment"));
    expect(services.payments.ledger()).toEqual([]);
  });

  it("tells four things apart when it is asked about a call", async () => {
    const { payments } = services;
    const key = forward("authorizePayment").idempotencyKey;
    const wanted = { orderId: "o-1", customerId: "kim", amount: input.total };
    expect(await payments.findAuthorization(key)).toEqual({ status: "unheard" });
    const answer = await payments.authorize(wanted, forward("authorizePayment"));
    expect(await payments.findAuthorization(key)).toEqual({ status: "done", answer });
    await payments.void(undo("authorizePayment"));
    expect(await payments.findAuthorization(key)).toEqual({ status: "undone" });
    payments.setLimit("kim", 10);
    await payments.authorize(wanted, forward("authorizePayment", "s-2"));
    expect(await payments.findAuthorization(forward("authorizePayment", "s-2").idempotencyKey)).toEqual({ status: "refused" });
  });

  it("keeps nothing of a call that breaks off", async () => {
    const wanted = { orderId: "o-1", authorizationId: "A-77", amount: input.total };
    await expect(services.payments.capture(wanted, forward("capturePayment"))).rejects.toThrow("A-77 is unknown, not open");
    expect(await services.payments.findAuthorization(forward("capturePayment").idempotencyKey)).toEqual({ status: "unheard" });
    expect(services.payments.ledger()).toEqual([]);
  });

  it("remembers across processes", async () => {
    const first = await services.shipping.request({ orderId: "o-1", to: shipTo }, forward("requestShipment"));
    services.close();
    services = openParticipants(join(folder, String(run)));
    expect(await services.shipping.request({ orderId: "o-1", to: shipTo }, forward("requestShipment"))).toEqual(first);
    expect(services.shipping.sentFor("o-1")).toBe(1);
  });
});

describe("the check of the books", () => {
  const completed: PlacedOrder = { sagaId: "s-1", input, ended: "completed" };
  const compensated: PlacedOrder = { sagaId: "s-1", input, ended: "compensated" };

  it("balances for an order that was carried out", async () => {
    await carryOut("s-1");
    const report = checkBooks(services, [completed]);
    expect(report).toEqual({
      orders: { completed: 1, compensated: 0 },
      effects: {
        createOrder: 1,
        cancelOrder: 0,
        reserveStock: 1,
        releaseStock: 0,
        authorizePayment: 1,
        voidPayment: 0,
        capturePayment: 1,
        requestShipment: 1,
      },
      stock: [{ sku: "mug", delivered: 3, left: 1, sold: 2 }],
      faults: [],
    });
    expect(describeBooks(report).at(-1)).toBe("  1 order: 1 completed, 0 undone. Nothing lost, nothing doubled.");
  });

  it("balances for an order that was undone, and for one of which nothing ever came", async () => {
    await services.orders.create(input, forward("createOrder"));
    await services.inventory.reserve(input, forward("reserveStock"));
    await services.inventory.release(undo("reserveStock"));
    await services.orders.cancel("o-1", undo("createOrder"));
    const unheard: PlacedOrder = { sagaId: "s-2", input: { ...input, orderId: "o-2" }, ended: "compensated" };
    expect(checkBooks(services, [compensated, unheard]).faults).toEqual([]);
  });

  it("finds an effect that is lost", async () => {
    await carryOut("s-1", { ship: false });
    expect(checkBooks(services, [completed]).faults).toEqual([
      "s-1 (completed): requestShipment is lost",
      "s-1 (completed): 0 parcels were sent",
    ]);
  });

  it("finds an effect that took place twice", async () => {
    await carryOut("s-1");
    await services.shipping.request({ orderId: "o-1", to: shipTo }, { ...forward("requestShipment"), idempotencyKey: "another" });
    expect(checkBooks(services, [completed]).faults).toEqual([
      "s-1 (completed): requestShipment took place 2 times",
      "s-1 (completed): 2 parcels were sent",
    ]);
  });

  it("finds an effect that was never taken back, and what was captured all the same", async () => {
    await carryOut("s-1", { ship: false });
    await services.orders.cancel("o-1", undo("createOrder"));
    const report = checkBooks(services, [compensated]);
    expect(report.faults).toEqual([
      "s-1 (compensated): reserveStock was never taken back",
      "s-1 (compensated): authorizePayment was never taken back",
      "s-1 (compensated): capturePayment took place although the order was undone",
      "s-1 (compensated): 2 units are kept aside",
      "s-1 (compensated): 1 payments were taken",
      "stock of mug: 3 delivered, 0 sold, but 1 left",
    ]);
    expect(describeBooks(report)).toContain("  1 order: 0 completed, 1 undone. THE BOOKS DO NOT BALANCE:");
  });

  it("finds an effect that was taken back under two keys", async () => {
    await services.orders.create(input, forward("createOrder"));
    await services.orders.cancel("o-1", undo("createOrder"));
    const db = new DatabaseSync(join(folder, String(run), "orders.db"));
    db.exec(`INSERT INTO ledger (kind, operation, key, forward_key, saga_id, at_ms)
             SELECT kind, operation, 'another', forward_key, saga_id, at_ms FROM ledger WHERE kind = 'undo'`);
    db.close();
    expect(checkBooks(services, [compensated]).faults).toEqual(["s-1 (compensated): createOrder was taken back 2 times"]);
  });

  it("finds effects of an order that nobody placed", async () => {
    await carryOut("s-1");
    await carryOut("s-9", { orderId: "o-9", quantity: 1 });
    const { faults } = checkBooks(services, [completed]);
    expect(faults.filter((fault) => fault.includes("belongs to no order"))).toHaveLength(5);
    expect(faults.at(-1)).toBe("stock of mug: 3 delivered, 2 sold, but 0 left");
  });
});

function forward(step: string, sagaId = "s-1"): CallKeys {
  const key = `PlaceOrder/${sagaId}/${step}/forward/0`;
  return { sagaId, idempotencyKey: key, forwardKey: key };
}

function undo(step: string, sagaId = "s-1"): CallKeys {
  return { sagaId, idempotencyKey: `PlaceOrder/${sagaId}/${step}/undo/0`, forwardKey: forward(step, sagaId).idempotencyKey };
}

async function carryOut(sagaId: string, { ship = true, orderId = "o-1", quantity = 2 } = {}): Promise<void> {
  const order = { ...input, orderId, quantity };
  await services.orders.create(order, forward("createOrder", sagaId));
  await services.inventory.reserve(order, forward("reserveStock", sagaId));
  const promised = await services.payments.authorize({ ...order, amount: order.total }, forward("authorizePayment", sagaId));
  if ("refused" in promised) throw new Error("declined");
  const wanted = { orderId, authorizationId: promised.authorizationId, amount: order.total };
  await services.payments.capture(wanted, forward("capturePayment", sagaId));
  if (ship) await services.shipping.request({ orderId, to: shipTo }, forward("requestShipment", sagaId));
}
