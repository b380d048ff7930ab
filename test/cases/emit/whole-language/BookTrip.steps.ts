import type { BookTripSteps } from "./generated/book-trip.saga.ts";

// The handlers of the saga BookTrip. This file is yours: a build adds what is missing and changes nothing else.
export const steps: BookTripSteps = {
  desk: {
    async note(_input, _ctx) {
      throw new Error("desk.note is not written yet");
    },
  },
  flights: {
    /**
     * Books one seat.
     *
     * Runs `bookSeat`.
     */
    async book(_input, _ctx) {
      // A refusal: throw ctx.fail("NoSeat", { flight });
      throw new Error("flights.book is not written yet");
    },
    /** Undoes `bookSeat`. */
    async cancel(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("flights.cancel is not written yet");
    },
  },
  bank: {
    /** Runs `askBank`. */
    async guarantee(_input, _ctx) {
      throw new Error("bank.guarantee is not written yet");
    },
    /** Undoes `askBank`. */
    async withdraw(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("bank.withdraw is not written yet");
    },
  },
  fund: {
    /** Runs `askFund`. */
    async guarantee(_input, _ctx) {
      throw new Error("fund.guarantee is not written yet");
    },
    /** Undoes `askFund`. */
    async withdraw(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("fund.withdraw is not written yet");
    },
  },
  hotels: {
    /** Runs `holdHotel`. */
    async hold(_input, _ctx) {
      // A refusal: throw ctx.fail("Refused", {});
      throw new Error("hotels.hold is not written yet");
    },
    /** Undoes `holdHotel`. */
    async release(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("hotels.release is not written yet");
    },
    /** Runs `queueHotel`. */
    async queue(_input, _ctx) {
      throw new Error("hotels.queue is not written yet");
    },
    /** Undoes `queueHotel`. */
    async dequeue(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("hotels.dequeue is not written yet");
    },
  },
  papers: {
    /** Runs `look`. */
    async find(_input, _ctx) {
      throw new Error("papers.find is not written yet");
    },
  },
  payments: {
    async pay(_input, _ctx) {
      throw new Error("payments.pay is not written yet");
    },
  },
  mail: {
    async send(_input, _ctx) {
      throw new Error("mail.send is not written yet");
    },
    async thank(_input, _ctx) {
      throw new Error("mail.thank is not written yet");
    },
    async sorry(_input, _ctx) {
      throw new Error("mail.sorry is not written yet");
    },
  },
  compute: {
    /**
     * What the trip costs.
     *
     * Pure: it reads nothing but its arguments and changes nothing. What it throws stops the saga for a person to see.
     */
    price(_travellers, _home) {
      throw new Error("compute.price is not written yet");
    },
  },
};
