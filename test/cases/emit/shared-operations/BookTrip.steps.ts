import type { BookTripSteps } from "./generated/book-trip.saga.ts";

// The handlers of the saga BookTrip. This file is yours: a build adds what is missing and changes nothing else.
export const steps: BookTripSteps = {
  hotels: {
    /** Runs `bookHotel`, `bookSpareHotel`. */
    async book(_input, _ctx) {
      // A refusal: throw ctx.fail("Busy", { until });
      // A refusal: throw ctx.fail("Closed", {});
      throw new Error("hotels.book is not written yet");
    },
    /** Undoes `bookHotel`, `bookSpareHotel`. */
    async cancel(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("hotels.cancel is not written yet");
    },
  },
  flights: {
    /** Runs `bookFlight`. */
    async book(_input, _ctx) {
      throw new Error("flights.book is not written yet");
    },
    /** Undoes `bookFlight`. */
    async cancel(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("flights.cancel is not written yet");
    },
  },
};
