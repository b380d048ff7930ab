import type { BookTripSteps } from "./generated/book-trip.saga.ts";
import { Agency, Outbox, Wallet } from "./participants/agencies.ts";

/** Who takes part. A trip to the flight `full`, the hotel `full`, or with the payment `bounced`, does not work out. */
export const participants = {
  flights: new Agency(180, ["full"]),
  hotels: new Agency(420, ["full"]),
  cars: new Agency(95),
  wallet: new Wallet(["bounced"]),
  messages: new Outbox(),
};
const { flights, hotels, cars, wallet, messages } = participants;

// The handlers of the saga BookTrip. Each hands its call's keys (`ctx`) on, by which a participant knows a call that it has had before.
export const steps: BookTripSteps = {
  flights: {
    async holdSeat({ flight }, ctx) {
      const hold = flights.hold(flight, ctx);
      if (hold === null) throw ctx.fail("NoSeat", { flight });
      return { holdId: hold.id, price: hold.price };
    },
    // There may be no `holdId`, where no answer came. The key of that call is always known.
    async dropSeat(_input, ctx) {
      flights.drop(ctx);
    },
    async bookSeat({ holdId }, ctx) {
      return { ticket: flights.book(holdId, ctx) };
    },
  },

  hotels: {
    async holdRoom({ hotel }, ctx) {
      const hold = hotels.hold(hotel, ctx);
      if (hold === null) throw ctx.fail("NoRoom", { hotel });
      return { holdId: hold.id, price: hold.price };
    },
    async dropRoom(_input, ctx) {
      hotels.drop(ctx);
    },
    async bookRoom({ holdId }, ctx) {
      return { voucher: hotels.book(holdId, ctx) };
    },
  },

  cars: {
    async reserveInCity(_input, ctx) {
      const car = cars.hold("city", ctx);
      if (car === null) throw ctx.fail("NoCar", {});
      return { code: car.id, price: car.price };
    },
    async cancelInCity(_input, ctx) {
      cars.drop(ctx);
    },
    async reserveAtAirport(_input, ctx) {
      const car = cars.hold("airport", ctx);
      if (car === null) throw ctx.fail("NoCar", {});
      return { code: car.id, price: car.price };
    },
    async cancelAtAirport(_input, ctx) {
      cars.drop(ctx);
    },
  },

  wallet: {
    async takePayment({ reference, amount }, ctx) {
      const receipt = wallet.take(reference, amount, ctx);
      if (receipt === null) throw ctx.fail("PaymentBounced", { reference });
      return { receipt };
    },
  },

  messages: {
    async askToPay({ traveller, text }, ctx) {
      messages.send(traveller, text, ctx);
    },
    async tellTraveller({ traveller, text }, ctx) {
      messages.send(traveller, text, ctx);
    },
  },
};
