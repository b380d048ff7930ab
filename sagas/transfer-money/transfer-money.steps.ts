import type { TransferMoneySteps } from "./generated/transfer-money.saga.ts";
import { creditorBank, debtorBank } from "./participants/banks.ts";

// The handlers of the saga TransferMoney. Each hands the call's keys (`ctx`) on to its bank, which carries it out once and never after its undo.
export const steps: TransferMoneySteps = {
  watch: {
    async screen({ cents }, ctx) {
      if (cents > 1_000_000) throw ctx.fail("Suspicious", { rule: "more than ten thousand" });
    },
  },
  debtorBank: {
    async holdFunds({ account, cents }, ctx) {
      const answer = debtorBank.hold(account, cents, ctx);
      if (!("refused" in answer)) return answer;
      throw answer.refused === "Frozen" ? ctx.fail("Frozen", { account }) : ctx.fail("Unfunded", { missing: answer.missing });
    },
    async dropHold(_input, ctx) {
      debtorBank.undo(ctx);
    },
    async moveMoney({ hold }, ctx) {
      return debtorBank.book(hold, -1, ctx);
    },
    // A bank that has not heard of it cannot say that it will not come: the call is then made again, under the same key.
    async findMovement(_input, ctx) {
      const answer = debtorBank.answerOf(ctx);
      return answer !== null && "bookedAt" in answer
        ? { status: "happened", output: { bookedAt: String(answer.bookedAt) } }
        : { status: "unknown" };
    },
  },
  exchange: {
    // A rate is looked up and promised under the transfer's id: the same question has the same answer.
    async fixRate({ from, to }, ctx) {
      const rate = RATES[`${from} ${to}`];
      if (rate === undefined) throw ctx.fail("RateGone", {});
      return { rate };
    },
    async dropRate() {
      // The promise of a rate that nobody uses lapses by itself.
    },
  },
  creditorBank: {
    async prepareCredit({ iban, cents }, ctx) {
      const answer = creditorBank.prepare(iban, cents, ctx);
      if ("refused" in answer) throw ctx.fail("Frozen", { account: "the creditor's" });
      return answer;
    },
    async dropCredit(_input, ctx) {
      creditorBank.undo(ctx);
    },
    async creditMoney({ slot }, ctx) {
      return creditorBank.book(slot, 1, ctx);
    },
  },
  ledger: {
    async record({ transferId, took }, { log }) {
      log.info("transferred", { transferId, tookMs: took });
    },
  },
  compute: {
    /** Half a cent goes to the even one. */
    rounded(cents) {
      const whole = Math.floor(cents);
      const isUp = cents - whole > 0.5 || (cents - whole === 0.5 && whole % 2 !== 0);
      return isUp ? whole + 1 : whole;
    },
  },
};

const RATES: Readonly<Record<string, number>> = { "EUR CHF": 0.9375, "EUR USD": 1.125, "CHF EUR": 1.0666 };
