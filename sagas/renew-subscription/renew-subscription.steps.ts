import type { RenewSubscriptionSteps } from "./generated/renew-subscription.saga.ts";
import { Book, type Charge, nextMonth, type Subscription } from "./participants.ts";

const charges = new Book<Charge>();
const subscriptions = new Map<string, Subscription>();
const letters = new Book<string>();

function subscriptionOf(id: string): Subscription {
  const known = subscriptions.get(id) ?? { until: "2026-01-31", provisional: false };
  subscriptions.set(id, known);
  return known;
}

export const steps: RenewSubscriptionSteps = {
  mail: {
    async announce({ customer, price }, ctx) {
      letters.once(ctx.idempotencyKey, () => `${customer}: ${price} will be taken in three days`);
    },
    async askForCard({ customer }, ctx) {
      letters.once(ctx.idempotencyKey, () => `${customer}: please give us a card`);
    },
    async remind({ customer, price }, ctx) {
      letters.once(ctx.idempotencyKey, () => `${customer}: ${price} could not be taken`);
    },
    async thank({ customer }, ctx) {
      letters.once(ctx.idempotencyKey, () => `${customer}: thank you`);
    },
    async closeDown({ customer, reason }, ctx) {
      letters.once(ctx.idempotencyKey, () => `${customer}: the account is closed: ${reason}`);
    },
  },
  accounts: {
    async extend({ subscriptionId }) {
      const subscription = subscriptionOf(subscriptionId);
      if (!subscription.provisional) subscription.until = nextMonth(subscription.until);
      subscription.provisional = true;
      return { until: subscription.until };
    },
    /** Undoes `extend`. */
    async shorten({ subscriptionId }) {
      subscriptions.delete(subscriptionId);
    },
    /** Runs `settle`. */
    async confirm({ subscriptionId }) {
      const subscription = subscriptionOf(subscriptionId);
      subscription.provisional = false;
      return { until: subscription.until };
    },
  },
  cards: {
    async charge({ subscriptionId, price }, ctx) {
      if (price > 100_000) throw ctx.fail("CardRefused", { reason: "over the limit" });
      const { receipt } = charges.once(ctx.idempotencyKey, () => ({
        subscription: subscriptionId,
        receipt: `receipt ${charges.entries().length + 1}`,
        refunded: false,
      }));
      return { paid: true, receipt };
    },
    /** Undoes `charge`. */
    async refund({ subscriptionId }) {
      for (const charge of charges.entries()) if (charge.subscription === subscriptionId) charge.refunded = true;
    },
  },
};
