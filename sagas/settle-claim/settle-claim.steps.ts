import type { SettleClaimSteps } from "./generated/settle-claim.saga.ts";
import { Assessor, Experts, Journal, Policies } from "./participants/insurance.ts";

/** Who takes part. Insured are the policies `home` and `bike`. */
export const participants = {
  policies: new Policies(["home", "bike"]),
  assessor: new Assessor(),
  experts: new Experts(),
  payments: new Journal<number>(),
  letters: new Journal<string>(),
};
const { policies, assessor, experts, payments, letters } = participants;

// The handlers of the saga SettleClaim. Each hands its call's keys (`ctx`) on, by which a participant knows a call that it has had before.
export const steps: SettleClaimSteps = {
  policies: {
    async openClaim({ policy }, ctx) {
      const claim = policies.open(policy, ctx);
      if (claim === null) throw ctx.fail("NotInsured", { policy });
      return claim;
    },
    async rejectClaim(_input, ctx) {
      policies.reject(ctx);
    },
    async closeClaim({ number }, ctx) {
      policies.close(number, ctx);
    },
    async reopenClaim(_input, ctx) {
      policies.reopen(ctx);
    },
  },

  assessor: {
    async upload({ urls }, ctx) {
      return assessor.upload(urls, ctx);
    },
    // There may be no `batch`, where no answer came. The key of that call is always known.
    async forget(_input, ctx) {
      assessor.forget(ctx);
    },
    async look({ batch }, ctx) {
      const seen = assessor.look(batch);
      if ("suspicious" in seen) throw ctx.fail("Suspicious", { score: seen.suspicious });
      return seen;
    },
  },

  experts: {
    async hire({ why }, ctx) {
      return experts.hire(why, ctx);
    },
    async dismiss(_input, ctx) {
      experts.dismiss(ctx);
    },
  },

  bank: {
    async payClaim({ amount }, ctx) {
      return { transfer: `transfer ${payments.add(amount, ctx)}` };
    },
  },

  letters: {
    async explain({ text }, ctx) {
      letters.add(text, ctx);
    },
  },
};
