import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { steps } from "./book-group.steps.ts";
import { bookGroup } from "./generated/book-group.saga.ts";
import type { BookGroupInput } from "./generated/book-group.types.ts";
import { town } from "./participants/town.ts";

// The saga with its own handlers and the town in memory, in virtual time. Where a case wants a participant to fail, a script stands in for its handler.

/** A show of its own for each case, and a group that wants to see it. */
function group(id: string, names: readonly string[], more: Partial<BookGroupInput> = {}) {
  town.putOn(id, ["A1", "A2", "A3", "A4", "A5"], 2_000);
  const guests = names.map((name) => ({ name, email: `${name.toLowerCase()}@town.example`, vegetarian: name.startsWith("V") }));
  const input = { groupId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0002", show: id, guests, atLeast: 2, withDinner: false, ...more };
  return { id, input, steps };
}

test("all get a seat, the vegetarians a menu, and everybody a ticket", async () => {
  const run = await runSaga(bookGroup, group("all-in", ["Ann", "Vic", "Val"], { withDinner: true }));
  expect(run).toMatchObject({ status: "completed", output: { booked: 3, menus: 2 }, faults: [] });
  expect(town.diaryOf("all-in")).toEqual([
    "booking for 3",
    "seat for Ann",
    "seat for Vic",
    "seat for Val",
    "table for 3",
    "menu for Vic",
    "menu for Val",
    "paid 6000",
    "to ann@town.example: all-in: seat A1 for Ann",
    "to vic@town.example: all-in: seat A2 for Vic",
    "to val@town.example: all-in: seat A3 for Val",
  ]);
});

test("one may not come in: their seat is free again, the others go and pay for themselves", async () => {
  const run = await runSaga(bookGroup, group("heckled", ["Ann", "Heckler", "Bob"]));
  expect(run).toMatchObject({ status: "completed", output: { booked: 2, table: "none" }, faults: [] });
  const diary = town.diaryOf("heckled");
  expect(diary).toContain("no seat for Heckler");
  expect(diary).toContain("paid 4000");
  expect(diary.filter((line) => line.startsWith("to "))).toHaveLength(2);
  expect(town.freeSeats("heckled")).toEqual(["A2", "A4", "A5"]);
});

test("too few are left: those who had a seat lose it, and the booking goes last", async () => {
  const run = await runSaga(bookGroup, group("too-few", ["Ann", "Heckler"]));
  expect(run).toMatchObject({ status: "compensated", failure: { name: "TooFew", data: { booked: 1, wanted: 2 } }, faults: [] });
  expect(town.diaryOf("too-few").slice(-2)).toEqual(["no seat for Ann", "no booking"]);
  expect(town.freeSeats("too-few")).toHaveLength(5);
});

test("the card is declined: menus, table, seats and booking are undone, the last one first", async () => {
  const declined = { pay: { error: "CardDeclined", data: { reason: "limit" } } } as const;
  const { id, input } = group("declined", ["Ann", "Vic", "Val"], { withDinner: true });
  const run = await runSaga(bookGroup, { id, input, steps: { ...steps, till: declined } });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "CardDeclined" }, faults: [] });
  const undone = town.diaryOf(id).filter((line) => line.startsWith("no "));
  expect(undone.slice(0, 3)).toEqual(["no menu for Val", "no menu for Vic", "no table"]);
  // Seats were taken side by side, and are given back so.
  expect([...undone.slice(3, 6)].sort()).toEqual(["no seat for Ann", "no seat for Val", "no seat for Vic"]);
  expect(undone.slice(6)).toEqual(["no booking"]);
});

test("nobody knows whether a seat was taken: that guest's seat is freed, and the others go", async () => {
  const { id, input } = group("lost", ["Ann", "Bob", "Cleo"]);
  const takeSeat: typeof steps.theatre.takeSeat = async (seat, ctx) => {
    const answer = await steps.theatre.takeSeat(seat, ctx);
    if (seat.name === "Bob") throw new Error("the answer is lost");
    return answer;
  };
  const run = await runSaga(bookGroup, { id, input, steps: { ...steps, theatre: { ...steps.theatre, takeSeat } } });
  expect(run).toMatchObject({ status: "completed", output: { booked: 2 } });
  expect(town.freeSeats(id)).toEqual(["A2", "A4", "A5"]);
});

test("the mail is down for an hour after the group has paid: each ticket goes out once all the same", async () => {
  const { id, input } = group("mail-down", ["Ann", "Bob"]);
  const down = Array.from({ length: 120 }, () => "unknown" as const);
  const run = await runSaga(bookGroup, { id, input, steps: { ...steps, mail: { sendTicket: down } } });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(run.effects.filter(({ step }) => step === "sendTicket")).toHaveLength(2);
  expect(run.tookMs).toBeGreaterThan(20 * 60_000);
});

test("a cancel while the kitchen is slow: no further menu is ordered", async () => {
  const { id, input } = group("cancelled", ["Vic", "Val"], { withDinner: true });
  const slow = { orderMenu: { output: { menu: "soup" }, after: "10s" } } as const;
  const run = await runSaga(bookGroup, {
    id,
    input,
    steps: { ...steps, restaurant: { ...steps.restaurant, ...slow } },
    events: [{ at: "5s", cancel: "the group has changed its mind" }],
  });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  const menus = run.calls.filter(({ step }) => step === "orderMenu").map(({ operation }) => operation);
  expect(menus).toEqual(["orderMenu", "cancelMenu"]);
  expect(town.freeSeats(id)).toHaveLength(5);
});
