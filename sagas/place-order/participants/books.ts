import type { Participants } from "./open.ts";
import type { LedgerEntry } from "./service-database.ts";

/** What somebody outside knows of one order: that it was placed, with what, and how its saga ended. */
export interface PlacedOrder {
  readonly sagaId: string;
  readonly input: {
    readonly orderId: string;
    readonly sku: string;
    readonly quantity: number;
    readonly total: { readonly amount: number; readonly currency: string };
  };
  readonly ended: "completed" | "compensated";
}

export interface BooksReport {
  readonly orders: { readonly completed: number; readonly compensated: number };
  /** Effects by operation, over all orders; every operation is there, also with 0. */
  readonly effects: Readonly<Record<string, number>>;
  readonly stock: readonly { readonly sku: string; readonly delivered: number; readonly left: number; readonly sold: number }[];
  /** What is wrong, one sentence each; empty when the books balance. */
  readonly faults: readonly string[];
}

/**
 * Checks the books of the participants against an independent list of what was placed. Completed: each effect took place exactly once and
 * nothing was undone. Compensated: what took place was taken back exactly once, afterwards, and nothing was captured or shipped. No effect
 * belongs to an order that nobody placed, and what is on the shelves is what came in less what was sold.
 */
export function checkBooks(participants: Participants, placed: readonly PlacedOrder[]): BooksReport {
  const entries = readLedgers(participants);
  const ids = new Set(placed.map((order) => order.sagaId));
  const faults = [
    ...entries.filter((entry) => !ids.has(entry.sagaId)).map((entry) => `${nameOf(entry)} belongs to no order that was placed`),
    ...placed.flatMap((order) =>
      checkOrder(
        participants,
        order,
        entries.filter((entry) => entry.sagaId === order.sagaId),
      ),
    ),
    ...checkStock(participants, placed),
  ];
  const completed = placed.filter((order) => order.ended === "completed").length;
  return {
    orders: { completed, compensated: placed.length - completed },
    effects: Object.fromEntries(
      OPERATIONS.map((operation) => [operation, entries.filter((entry) => entry.operation === operation).length]),
    ),
    stock: participants.inventory
      .levels()
      .map(({ sku, delivered, left }) => ({ sku, delivered, left, sold: soldOf(placed, sku) })),
    faults,
  };
}

/** The report as lines of text. */
export function describeBooks(report: BooksReport): string[] {
  const { orders, effects, stock, faults } = report;
  const count = (operation: string): number => effects[operation] ?? 0;
  const rows = [
    ["orders", `${count("createOrder")} created`, `${count("cancelOrder")} cancelled`, ""],
    ["inventory", `${count("reserveStock")} reserved`, `${count("releaseStock")} released`, ""],
    [
      "payments",
      `${count("authorizePayment")} authorized`,
      `${count("voidPayment")} voided`,
      `${count("capturePayment")} captured`,
    ],
    ["shipping", `${count("requestShipment")} shipped`, "", ""],
  ];
  const lines = rows.map((cells) => `  ${cells.map((cell, column) => cell.padEnd(column === 0 ? 11 : 16)).join("")}`.trimEnd());
  for (const { sku, delivered, left, sold } of stock) {
    lines.push(`  ${"stock".padEnd(11)}${sku}: ${delivered} delivered, ${sold} sold, ${left} left`);
  }
  const total = orders.completed + orders.compensated;
  const summary = `${total} ${total === 1 ? "order" : "orders"}: ${orders.completed} completed, ${orders.compensated} undone`;
  if (faults.length === 0) return [...lines, `  ${summary}. Nothing lost, nothing doubled.`];
  return [...lines, `  ${summary}. THE BOOKS DO NOT BALANCE:`, ...faults.map((fault) => `    - ${fault}`)];
}

function readLedgers({ orders, inventory, payments, shipping }: Participants): LedgerEntry[] {
  return [orders, inventory, payments, shipping].flatMap((service) => service.ledger());
}

function checkOrder(participants: Participants, order: PlacedOrder, entries: readonly LedgerEntry[]): string[] {
  const { sagaId, ended } = order;
  const faults: string[] = [];
  const fault = (text: string): number => faults.push(`${sagaId} (${ended}): ${text}`);

  for (const { forward, undo } of PAIRS) {
    const done = entries.filter((entry) => entry.operation === forward && entry.kind === "forward");
    const undone = entries.filter((entry) => entry.operation === undo && entry.kind === "undo");
    if (done.length > 1) fault(`${forward} took place ${done.length} times`);
    if (undone.length > 1) fault(`${forward} was taken back ${undone.length} times`);
    if (ended === "completed") {
      if (done.length === 0) fault(`${forward} is lost`);
      if (undone.length > 0) fault(`${forward} was taken back`);
    } else if (undo === null) {
      if (done.length > 0) fault(`${forward} took place although the order was undone`);
    } else {
      if (done.length > undone.length) fault(`${forward} was never taken back`);
      for (const entry of undone) {
        const taken = done.find((candidate) => candidate.key === entry.forwardKey);
        if (taken === undefined) fault(`${undo} took back what never took place`);
        else if (taken.number > entry.number) fault(`${undo} came before ${forward}`);
      }
    }
  }
  for (const text of checkTables(participants, order)) fault(text);
  return faults;
}

/** The services' own tables must tell the same story as their ledgers. */
function checkTables({ orders, inventory, payments, shipping }: Participants, { input, ended }: PlacedOrder): string[] {
  const completed = ended === "completed";
  const { orderId, quantity, total } = input;
  const paid = payments.of(orderId);
  const status = orders.statusOf(orderId);
  const held = inventory.heldFor(orderId);
  const sent = shipping.sentFor(orderId);
  const faults: string[] = [];
  if (completed ? status !== "open" : status === "open") faults.push(`the order is ${status ?? "not there"}`);
  if (held !== (completed ? quantity : 0)) faults.push(`${held} units are kept aside`);
  if (paid.open > 0) faults.push(`${paid.open} authorizations are left open`);
  if (completed ? paid.captured.length !== 1 : paid.captured.length !== 0)
    faults.push(`${paid.captured.length} payments were taken`);
  for (const { amount, currency } of paid.captured) {
    if (amount !== total.amount || currency !== total.currency) {
      faults.push(`${amount} ${currency} were taken, not ${total.amount} ${total.currency}`);
    }
  }
  if (sent !== (completed ? 1 : 0)) faults.push(`${sent} parcels were sent`);
  return faults;
}

function checkStock({ inventory }: Participants, placed: readonly PlacedOrder[]): string[] {
  return inventory.levels().flatMap(({ sku, delivered, left }) => {
    const sold = soldOf(placed, sku);
    return left === delivered - sold ? [] : [`stock of ${sku}: ${delivered} delivered, ${sold} sold, but ${left} left`];
  });
}

function soldOf(placed: readonly PlacedOrder[], sku: string): number {
  return placed
    .filter((order) => order.ended === "completed" && order.input.sku === sku)
    .reduce((sum, order) => sum + order.input.quantity, 0);
}

function nameOf(entry: LedgerEntry): string {
  return `${entry.operation} of ${entry.sagaId || "nobody"} (${entry.key})`;
}

const PAIRS: readonly { readonly forward: string; readonly undo: string | null }[] = [
  { forward: "createOrder", undo: "cancelOrder" },
  { forward: "reserveStock", undo: "releaseStock" },
  { forward: "authorizePayment", undo: "voidPayment" },
  { forward: "capturePayment", undo: null },
  { forward: "requestShipment", undo: null },
];

const OPERATIONS: readonly string[] = PAIRS.flatMap(({ forward, undo }) => (undo === null ? [forward] : [forward, undo]));
