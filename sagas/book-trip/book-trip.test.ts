import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { participants, steps } from "./book-trip.steps.ts";
import { bookTrip } from "./generated/book-trip.saga.ts";
import type { BookTripInput } from "./generated/book-trip.types.ts";

// In virtual time: two days of waiting for the traveller take no time.

const input: BookTripInput = {
  tripId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0002",
  traveller: "kim",
  flight: "KL1001",
  hotel: "Terminus",
  from: "2026-06-01",
  until: "2026-06-08",
  holdFor: 2 * 24 * 3_600_000,
};

/** What the three cost together, as scripted below. */
const total = 600;
const priced = {
  flights: { holdSeat: { output: { holdId: "seat", price: 180 } } },
  hotels: { holdRoom: { output: { holdId: "room", price: 320 } } },
  cars: {
    reserveInCity: { output: { code: "C", price: 100 } },
    reserveAtAirport: { output: { code: "A", price: 100 }, after: "5s" },
  },
} as const;
const paid = (at: string, amount: number) => ({ at, signal: "paid", payload: { reference: "p-1", amount } }) as const;

/** What reached the participants, in order. */
const called = (run: { readonly calls: readonly { readonly operation: string }[] }) =>
  run.calls.map(({ operation }) => operation);

/** What was done and stands. */
const standing = (run: { readonly effects: readonly { readonly step: string; readonly undoneAtMs: number | null }[] }) =>
  run.effects.filter(({ undoneAtMs }) => undoneAtMs === null).map(({ step }) => step);

test("with our own handlers: the trip is booked when it is paid, and one car of two is kept", async () => {
  const run = await runSaga(bookTrip, { input, steps, events: [paid("3h", 700)] });
  expect(run).toMatchObject({ status: "completed", faults: [], output: { receipt: "receipt 1" } });
  expect(participants.flights.holds).toEqual(["KL1001 booked"]);
  expect(participants.hotels.holds).toEqual(["Terminus booked"]);
  expect(participants.cars.holds.filter((hold) => hold.endsWith("held"))).toHaveLength(1);
  expect(participants.wallet.taken).toEqual([180 + 420 + 95]);
  expect(participants.messages.sent).toEqual(["kim: Please pay 695 for your trip"]);
});

test("the city is first: what the airport reserved is cancelled before the traveller is asked to pay", async () => {
  const run = await runSaga(bookTrip, { input, steps: priced, events: [paid("3h", total)] });
  expect(run).toMatchObject({ status: "completed", output: { car: { rental: "city", code: "C" } }, faults: [] });
  const calls = called(run);
  expect(calls.indexOf("cancelAtAirport")).toBeLessThan(calls.indexOf("askToPay"));
  expect(standing(run)).not.toContain("reserveAtAirport");
});

test("the city has no car: the airport's is taken, however long it takes", async () => {
  const cars = { ...priced.cars, reserveInCity: { error: "NoCar" } } as const;
  const run = await runSaga(bookTrip, { input, steps: { ...priced, cars }, events: [paid("3h", total)] });
  expect(run).toMatchObject({ status: "completed", output: { car: { rental: "airport", code: "A" } }, faults: [] });
});

test("no car anywhere: seat and room are dropped, and the traveller is told", async () => {
  const cars = { reserveInCity: { error: "NoCar" }, reserveAtAirport: { error: "NoCar", after: "5s" } } as const;
  const run = await runSaga(bookTrip, { input, steps: { ...priced, cars } });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "NoCar" }, faults: [] });
  expect(called(run).slice(-3)).toEqual([expect.stringMatching(/^drop/), expect.stringMatching(/^drop/), "tellTraveller"]);
});

test("no room: the seat is dropped, and nobody is asked for a car", async () => {
  const hotels = { holdRoom: { error: "NoRoom", data: { hotel: "Terminus" }, after: "1s" } } as const;
  const run = await runSaga(bookTrip, { input, steps: { ...priced, hotels } });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "NoRoom" }, faults: [] });
  expect(called(run)).toEqual(["holdSeat", "holdRoom", "dropSeat", "tellTraveller"]);
});

test("a message that is lost, a payment that is too small, and no other: after two days everything is undone, the car first", async () => {
  const messages = { askToPay: "unknown" } as const;
  const run = await runSaga(bookTrip, { input, steps: { ...priced, messages }, events: [paid("3h", total - 1)] });
  expect(run).toMatchObject({
    status: "compensated",
    failure: { name: "HoldExpired", data: { after: input.holdFor } },
    faults: [],
  });
  const undone = called(run).filter((operation) => /^(drop|cancelIn)/.test(operation));
  expect(undone[0]).toBe("cancelInCity");
  expect(undone.slice(1).sort()).toEqual(["dropRoom", "dropSeat"]);
  expect(run.tookMs).toBeGreaterThanOrEqual(input.holdFor);
});

test("a payment that bounces: it is before the pivot, so the trip is undone", async () => {
  const bounced = { at: "3h", signal: "paid", payload: { reference: "bounced", amount: 700 } } as const;
  const run = await runSaga(bookTrip, { input, steps, id: "trip-bounced", events: [bounced] });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "PaymentBounced" }, faults: [] });
  expect(participants.flights.holds.at(-1)).toBe("KL1001 dropped");
  expect(participants.cars.holds.slice(-2).sort()).toEqual(["airport dropped", "city dropped"]);
});

test("cancelled while it waits for the money: undone; after the money was taken: too late", async () => {
  const early = await runSaga(bookTrip, { input, steps: priced, events: [{ at: "1h", cancel: "another plan" }] });
  expect(early).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  expect(standing(early)).toEqual(["askToPay", "tellTraveller"]);

  const flights = { ...priced.flights, bookSeat: ["unknown", "timeout", "lost-answer"] } as const;
  const late = await runSaga(bookTrip, {
    input,
    steps: { ...priced, flights },
    events: [paid("1h", total), { at: "3601s", cancel: "another plan" }],
  });
  expect(late).toMatchObject({ status: "completed", faults: [] });
  expect(late.refused).toEqual([expect.stringContaining("RT3004")]);
  expect(called(late).filter((operation) => operation === "bookSeat").length).toBeGreaterThan(2);
});

test("whatever the participants do, in twenty runs: nothing is left half-done", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const run = await runSaga(bookTrip, { input, random: true, seed, person: { verb: "retry" }, events: [paid("3h", 700)] });
    expect(run.faults, `seed ${seed}\n${run.timeline.join("\n")}`).toEqual([]);
  }
});
