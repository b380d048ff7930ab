import type { VisitCustomerSteps } from "./generated/visit-customer.saga.ts";
import { Participant } from "./participants.ts";

const visits = new Participant("visit");

/** The morning on which a technician comes; a real planner would ask its calendar. */
const NEXT_TOUR = "2030-01-07T08:00:00Z";

export const steps: VisitCustomerSteps = {
  field: {
    async planVisit({ orderId }, ctx) {
      return { visit: visits.keep(ctx.idempotencyKey, orderId).what, at: NEXT_TOUR };
    },
    /** Undoes `planVisit`. */
    async cancelVisit({ orderId }) {
      visits.letGo(orderId);
    },
  },
};
