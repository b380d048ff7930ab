import { type HistoryEntry, type HistoryRecord, timeline } from "@sagac/runtime";
import { describe, expect, it } from "vitest";

type Called = Extract<HistoryRecord, { type: "called" }>;
type Call = Omit<Called, "type" | "redelivered">;

describe("timeline", () => {
  it("shows an order that completes: one line a call, at its delivery, with what came of it", () => {
    const create = call("orders", "createOrder");
    const ship = call("shipping", "requestShipment");
    const lines = timeline(
      history([
        [0, started],
        [1, called(create)],
        [26, answered(create, { createdAt: "2026-01-01T00:00:00Z" })],
        [26, { type: "pivotPassed" }],
        [27, called(ship)],
        [1_052, answered(ship, { trackingId: "T-1" })],
        [1_052, { type: "ended", status: "completed", output: {} }],
      ]),
    );
    expect(lines).toEqual([
      "    0.000 s  ● PlaceOrder version 1 started",
      "    0.001 s  ✓ createOrder      orders.createOrder        done after 25 ms",
      "    0.026 s  ◆ the point of no return has passed",
      "    0.027 s  ✓ requestShipment  shipping.requestShipment  done after 1025 ms",
      "    1.052 s  ● completed",
    ]);
  });

  it("indents the way back, after the refusal that led to it", () => {
    const reserve = call("inventory", "reserveStock");
    const cancel = call("orders", "cancelOrder", { call: "createOrder.undo", step: "createOrder", kind: "undo" });
    const failure = { name: "OutOfStock", step: "reserveStock", summary: "OutOfStock", data: { sku: "mug", left: 0 } };
    const lines = timeline(
      history([
        [0, called(reserve)],
        [2, refused(reserve, "OutOfStock")],
        [2, { type: "failed", failure }],
        [2, { type: "undoing" }],
        [3, called(cancel)],
        [5, answered(cancel, null)],
        [5, { type: "ended", status: "compensated", output: null }],
      ]),
    );
    expect(lines).toEqual([
      "    0.000 s  ✗ reserveStock   inventory.reserveStock  refused: OutOfStock after 2 ms",
      "    0.002 s  ✗ failed: OutOfStock in reserveStock",
      "    0.002 s  ↶ undoing what was done",
      "    0.003 s  ↶   createOrder  orders.cancelOrder      undone after 2 ms",
      "    0.005 s  ● compensated: everything is undone",
    ]);
  });

  it("tells the delivery whose worker died from the one that was answered", () => {
    const pay = call("payments", "authorizePayment");
    const lines = timeline(
      history([
        [0, called(pay)],
        [900, { type: "recovered", event: { type: "saga.recovered" } }],
        [900, { ...called(pay), redelivered: true }],
        [904, answered(pay, { authorizationId: "A-1" })],
      ]),
    );
    expect(lines).toEqual([
      "    0.000 s  ? authorizePayment  payments.authorizePayment  no answer: its worker is gone",
      "    0.900 s  ↻ another worker takes over: calls in flight may have run, they are delivered again",
      "    0.900 s  ✓ authorizePayment  payments.authorizePayment  done after 4 ms, delivered again",
    ]);
  });

  it("shows a time-out, the inquiry that follows it, and the number of a second attempt", () => {
    const pay = call("payments", "authorizePayment");
    const find = call("payments", "findAuthorization", {
      call: "authorizePayment.inquire",
      step: "authorizePayment",
      kind: "inquire",
    });
    const again = { ...pay, entry: 2, attempt: 2 };
    const lines = timeline(
      history([
        [0, called(pay)],
        [5_000, timer("authorizePayment.timeout#1")],
        [5_000, { type: "aborted", ...pay }],
        [6_000, timer("authorizePayment.grace#1")],
        [6_000, called(find)],
        [6_003, answered(find, { status: "didNotHappen" })],
        [6_200, timer("authorizePayment.backoff#1")],
        [6_200, called(again)],
        [6_300, { type: "late", ...pay, outcome: "completed", answer: {} }],
      ]),
    );
    expect(lines).toEqual([
      "    0.000 s  ? authorizePayment     payments.authorizePayment   timed out after 5000 ms, told to abort, did not settle: it may have run",
      "    6.000 s  ¿ authorizePayment     payments.findAuthorization  asked: it did not happen after 3 ms",
      "    6.200 s  … authorizePayment #2  payments.authorizePayment   under way",
      "    6.300 s  ! authorizePayment     payments.authorizePayment   answered too late (completed): it changed nothing",
    ]);
  });

  it("names who decided what, and why", () => {
    const lines = timeline(
      history([
        [0, { type: "parked", call: "capturePayment" }],
        [
          10,
          {
            type: "command",
            kind: "operator",
            id: "operator:1",
            by: "kim",
            reason: "the bank says so",
            event: { type: "operator.didNotHappen", call: "capturePayment" },
          },
        ],
        [10, { type: "unparked", call: "capturePayment" }],
        [11, { type: "overdue" }],
        [12, { type: "quarantined", message: "the snapshot does not fit" }],
      ]),
    );
    expect(lines).toEqual([
      "    0.000 s  ‖ parked: capturePayment waits for a person",
      "    0.010 s  ☞ operator: didNotHappen by kim: the bank says so",
      "    0.010 s  ▸ capturePayment goes on",
      "    0.011 s  ! overdue: the deadline has passed, and on it goes",
      "    0.012 s  ✗ quarantined: the snapshot does not fit",
    ]);
  });

  it("counts attempts in a row that came to the same, and tells the others one by one", () => {
    const pay = call("payments", "authorizePayment");
    const attempts = (from: number, to: number, message: string, outcome: "broken" | "refused" = "broken") =>
      Array.from({ length: to - from + 1 }, (_, index): [number, HistoryRecord][] => {
        const attempt = from + index;
        const of = { ...pay, entry: attempt, attempt };
        return [
          [attempt * 1_000, called(of)],
          [attempt * 1_000 + attempt, outcome === "broken" ? broken(of, message) : refused(of, message)],
          [attempt * 1_000 + 900, timer(`authorizePayment.backoff#${attempt}`)],
        ];
      }).flat();
    const last = { ...pay, entry: 21, attempt: 21 };
    const lines = timeline(
      history([
        ...attempts(1, 12, "the bank is closed"),
        ...attempts(13, 14, "it is on fire"),
        ...attempts(15, 17, "Busy", "refused"),
        ...attempts(18, 20, "the bank is closed"),
        [21_000, called(last)],
        [21_004, answered(last, {})],
      ]),
    );
    expect(lines).toEqual([
      "    0.000 s  ? authorizePayment #1-12   payments.authorizePayment  12 times, from 0.000 s to 11.000 s, last: broke off: the bank is closed after 12 ms",
      "   12.000 s  ? authorizePayment #13     payments.authorizePayment  broke off: it is on fire after 13 ms",
      "   13.000 s  ? authorizePayment #14     payments.authorizePayment  broke off: it is on fire after 14 ms",
      "   14.000 s  ✗ authorizePayment #15-17  payments.authorizePayment  3 times, from 14.000 s to 16.000 s, last: refused: Busy after 17 ms",
      "   17.000 s  ? authorizePayment #18-20  payments.authorizePayment  3 times, from 17.000 s to 19.000 s, last: broke off: the bank is closed after 20 ms",
      "   20.000 s  ✓ authorizePayment #21     payments.authorizePayment  done after 4 ms",
    ]);
  });

  /** Each attempt times out, breaks off when it is told to, and is asked about. */
  const asked = (from: number, to: number, status: string): [number, HistoryRecord][] =>
    Array.from({ length: to - from + 1 }, (_, index): [number, HistoryRecord][] => {
      const attempt = from + index;
      const pay = call("payments", "authorizePayment", { entry: attempt, attempt });
      const find = {
        ...pay,
        call: "authorizePayment.inquire",
        operation: "findAuthorization",
        kind: "inquire",
        attempt: 1,
      } as const;
      const atMs = attempt * 10_000;
      return [
        [atMs, called(pay)],
        [atMs + 5_000, timer(`authorizePayment.timeout#${attempt}`)],
        [atMs + 5_000, { type: "aborted", ...pay }],
        [atMs + 5_001, broken(pay, "aborted")],
        [atMs + 5_001, called(find)],
        [atMs + 5_003, answered(find, { status })],
        [atMs + 9_000, timer(`authorizePayment.backoff#${attempt}`)],
      ];
    }).flat();

  it("counts attempts that time out, with what was found out about each", () => {
    expect(timeline(history([...asked(1, 12, "didNotHappen"), ...asked(13, 13, "happened")]))).toEqual([
      "    0.000 s  ? authorizePayment #1-12  payments.authorizePayment   12 times, from 0.000 s to 110.000 s, last: timed out after 5000 ms, told to abort, broke off: aborted after 5001 ms; asked: it did not happen after 2 ms",
      "  120.000 s  ? authorizePayment #13    payments.authorizePayment   timed out after 5000 ms, told to abort, broke off: aborted after 5001 ms",
      "  125.001 s  ¿ authorizePayment        payments.findAuthorization  asked: it happened after 2 ms",
    ]);
  });

  it("counts those that nobody asks about, and that never answer, too", () => {
    const attempts = Array.from({ length: 4 }, (_, index): [number, HistoryRecord][] => {
      const pay = call("payments", "authorizePayment", { entry: index + 1, attempt: index + 1 });
      return [
        [index * 10_000, called(pay)],
        [index * 10_000 + 5_000, timer(`authorizePayment.timeout#${index + 1}`)],
        [index * 10_000 + 5_000, { type: "aborted", ...pay }],
        [index * 10_000 + 6_000, timer(`authorizePayment.grace#${index + 1}`)],
      ];
    }).flat();
    expect(timeline(history(attempts))).toEqual([
      "    0.000 s  ? authorizePayment #1-4  payments.authorizePayment  4 times, from 0.000 s to 30.000 s, last: timed out after 5000 ms, told to abort, did not settle: it may have run",
    ]);
  });

  it("says of a time-out by itself where its call is not among the entries", () => {
    expect(timeline(history([[0, timer("authorizePayment.timeout#1")]]))).toEqual(["    0.000 s  ◷ authorizePayment timed out"]);
  });

  it("takes a history of any length", () => {
    const entry: HistoryEntry = { number: 1, atMs: 0, record: { type: "overdue" } };
    expect(timeline(new Array<HistoryEntry>(130_000).fill(entry)).length).toBe(130_000);
  });

  it("reads each entry a few times, however many there are", () => {
    let reads = 0;
    const entries = new Proxy(history(asked(1, 300, "unknown")), {
      get(target, key, receiver) {
        if (typeof key === "string" && /^\d+$/.test(key)) reads++;
        return Reflect.get(target, key, receiver);
      },
    });
    expect(timeline(entries)).toHaveLength(1);
    expect(reads).toBeLessThan(6 * entries.length);
  });

  it("lets no message of a handler break its line or colour the terminal", () => {
    const pay = call("payments", "authorizePayment");
    const lines = timeline(
      history([
        [0, called(pay)],
        [1, broken(pay, "\u001b[31mboom\r\n  done\u2028")],
      ]),
    );
    expect(lines).toEqual(["    0.000 s  ? authorizePayment  payments.authorizePayment  broke off: [31mboom done after 1 ms"]);
  });

  it("has colours only where they are asked for", () => {
    const ended: HistoryRecord = { type: "ended", status: "completed", output: null };
    expect(timeline(history([[0, ended]]), { color: true })).toEqual([
      "\u001b[2m    0.000 s\u001b[0m  \u001b[32m●\u001b[0m \u001b[32mcompleted\u001b[0m",
    ]);
    expect(timeline([])).toEqual([]);
  });
});

const started: HistoryRecord = { type: "started", saga: "PlaceOrder", version: 1, correlationId: "o", seed: 1, input: {} };

function call(service: string, operation: string, overrides: Partial<Call> = {}): Call {
  return { call: operation, step: operation, kind: "forward", service, operation, entry: 1, attempt: 1, ...overrides };
}

function called(of: Call): Called {
  return { type: "called", redelivered: false, ...of };
}

function answered(of: Call, output: unknown): HistoryRecord {
  return { type: "answered", outcome: "completed", ...of, event: { type: `xstate.done.actor.${of.call}`, output } };
}

function refused(of: Call, name: string): HistoryRecord {
  const error = { kind: "declared", name, data: {}, message: name } as const;
  return { type: "answered", outcome: "declared", ...of, event: { type: `xstate.error.actor.${of.call}`, error } };
}

function broken(of: Call, message: string): HistoryRecord {
  const error = { kind: "unknown", message } as const;
  return { type: "answered", outcome: "unknown", ...of, event: { type: `xstate.error.actor.${of.call}`, error } };
}

function timer(key: string): HistoryRecord {
  return { type: "timer", timer: key, event: { type: `xstate.after.${key}` } };
}

/** The first entry is at a time of its own: what is shown is relative to it. */
function history(records: readonly (readonly [number, HistoryRecord])[]): HistoryEntry[] {
  return records.map(([ms, record], index) => ({ number: index + 1, atMs: 1_767_225_600_000 + ms, record }));
}
