import type { BookGroupSteps } from "./generated/book-group.saga.ts";
import { town } from "./participants/town.ts";

// The handlers of the saga BookGroup. Each hands the call's keys (`ctx`) on to its participant, which carries it out once, however often it
// is asked. Those of a `foreach` are handlers like any other: one call for each item, under a key of its own.
export const steps: BookGroupSteps = {
  theatre: {
    async openBooking({ show, size }, ctx) {
      const answer = town.openBooking(show, size, ctx);
      if ("refused" in answer) throw ctx.fail("SoldOut", { seatsLeft: answer.seatsLeft });
      return answer;
    },
    async cancelBooking(_input, ctx) {
      town.takeBack("no booking", ctx);
    },
    async takeSeat({ bookingId, name }, ctx) {
      const answer = town.takeSeat(bookingId, name, ctx);
      if ("refused" in answer) throw ctx.fail("SoldOut", { seatsLeft: answer.seatsLeft });
      return answer;
    },
    // Which seat it was may not be known here: the theatre knows, by the key of that call.
    async freeSeat({ bookingId, name }, ctx) {
      town.freeSeat(bookingId, name, ctx);
    },
    async checkGuest({ name }, ctx) {
      if (name === "Heckler") throw ctx.fail("NotAllowed", { guest: name, reason: "threw tomatoes last time" });
    },
  },
  restaurant: {
    async reserveTable({ people }, ctx) {
      return { table: town.note(`table for ${people}`, ctx) };
    },
    async cancelTable(_input, ctx) {
      town.takeBack("no table", ctx);
    },
    async orderMenu({ name }, ctx) {
      return { menu: town.note(`menu for ${name}`, ctx) };
    },
    async cancelMenu({ name }, ctx) {
      town.takeBack(`no menu for ${name}`, ctx);
    },
  },
  till: {
    async pay({ amount }, ctx) {
      return { receipt: town.note(`paid ${amount}`, ctx) };
    },
  },
  mail: {
    async sendTicket({ email, text }, ctx) {
      town.note(`to ${email}: ${text}`, ctx);
    },
  },
};
