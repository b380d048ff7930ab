import type { GrantLoanSteps } from "./generated/grant-loan.saga.ts";
import { Bank, Bureau, Files, Letters } from "./participants/office.ts";

/** Who takes part. The applicant `poor` has a low score, `risky` a middling one; the account `closed` is. */
export const participants = {
  bureau: new Bureau({ poor: 20, risky: 45 }),
  files: new Files(),
  bank: new Bank(["closed"], () => new Date().toISOString().slice(0, 10)),
  letters: new Letters(),
};
const { bureau, files, bank, letters } = participants;

// The handlers of the saga GrantLoan. Each hands its call's keys (`ctx`) on, by which a participant knows a call that it has had before.
export const steps: GrantLoanSteps = {
  bureau: {
    async askBureau({ applicant }) {
      return { score: bureau.scoreOf(applicant) };
    },
  },

  files: {
    async openFile({ loanId }, ctx) {
      return files.open(loanId, ctx);
    },
    // There may be no `fileId`, where no answer came. The key of that call is always known.
    async closeFile(_input, ctx) {
      files.close(ctx);
    },
    async assign({ fileId, to }, ctx) {
      files.assign(fileId, to, ctx);
    },
    async unassign(_input, ctx) {
      files.unassign(ctx);
    },
    async note({ fileId, text }, ctx) {
      files.note(fileId, text, ctx);
    },
    async archive({ fileId, transfer }, ctx) {
      files.archive(fileId, transfer, ctx);
    },
  },

  bank: {
    async reserveMoney({ amount }, ctx) {
      return { reservation: bank.reserve(amount, ctx).reservation };
    },
    async releaseMoney(_input, ctx) {
      bank.release(ctx);
    },
    async payOut({ account, amount }, ctx) {
      const paid = bank.pay(account, amount, ctx);
      if (paid === null) throw ctx.fail("AccountClosed", {});
      return paid;
    },
    async findPayment(_input, ctx) {
      const found = bank.find(ctx.forwardKey);
      // Never heard of it: it may still be on its way. To pay again under the same key is safe, to say "it did not happen" is not.
      if (found === undefined) return { status: "unknown" };
      return found === null ? { status: "didNotHappen" } : { status: "happened", output: found };
    },
  },

  letters: {
    async sendContract({ applicant, loanId }, ctx) {
      letters.send(applicant, `the contract of loan ${loanId}`, ctx);
    },
    async sendRefusal({ applicant, reason }, ctx) {
      letters.send(applicant, `no loan: ${reason}`, ctx);
    },
  },

  compute: {
    // Pure: no clock, no database, nothing but its arguments.
    risk(score, income, amount, months) {
      const earned = income.reduce((sum, { monthly }) => sum + monthly, 0);
      const share = earned === 0 ? 1 : Math.min(1, amount / months / earned);
      return Math.round(Math.min(100, (100 - score) / 2 + 60 * share));
    },
  },
};
