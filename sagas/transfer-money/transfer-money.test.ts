import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { transferMoney } from "./generated/transfer-money.saga.ts";
import type { TransferMoneyInput } from "./generated/transfer-money.types.ts";
import { creditorBank, debtorBank } from "./participants/banks.ts";
import { steps } from "./transfer-money.steps.ts";

// The saga with its own handlers and two banks in memory, in virtual time. Where a case wants one to fail, a script stands in for its handler.

/** Accounts of its own for each case: `id` has 1000.00 at one bank, nothing at the other. */
function transfer(id: string, more: Partial<TransferMoneyInput> = {}) {
  debtorBank.open(id, 100_000);
  creditorBank.open(id, 0);
  const amount = { cents: 10_001, currency: "EUR" } as const;
  const input: TransferMoneyInput = {
    transferId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0004",
    from: id,
    iban: id,
    amount,
    into: "EUR",
    ...more,
  };
  return { id, input, steps };
}

/** What the accounts of a case hold in the end, and what is still set aside. */
const books = (id: string) => ({
  debtor: debtorBank.balance(id),
  creditor: creditorBank.balance(id),
  setAside: [...debtorBank.setAside(id), ...creditorBank.setAside(id)],
});
const UNTOUCHED = { debtor: 100_000, creditor: 0, setAside: [] };

/** What reached the participants, in order. */
const called = (run: { readonly calls: readonly { readonly operation: string }[] }) =>
  run.calls.map(({ operation }) => operation);

test("money moves, and is there once", async () => {
  const run = await runSaga(transferMoney, transfer("plain"));
  expect(run).toMatchObject({ status: "completed", output: { cents: 10_001 }, faults: [] });
  expect(called(run)).toEqual(["screen", "holdFunds", "prepareCredit", "moveMoney", "creditMoney", "record"]);
  expect(books("plain")).toEqual({ debtor: 89_999, creditor: 10_001, setAside: [] });
});

test("into another currency: at the rate that was fixed, in whole cents", async () => {
  const run = await runSaga(transferMoney, transfer("abroad", { into: "CHF" }));
  expect(run).toMatchObject({ status: "completed", output: { cents: 9_376 }, faults: [] });
  expect(books("abroad")).toEqual({ debtor: 89_999, creditor: 9_376, setAside: [] });
});

test("too little money: nothing was done, nothing is undone", async () => {
  const run = await runSaga(transferMoney, transfer("poor", { amount: { cents: 100_200, currency: "EUR" } }));
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Unfunded", data: { missing: 200 } }, faults: [] });
  expect(called(run)).toEqual(["screen", "holdFunds"]);
});

test("the other account is frozen: rate and hold are dropped, the last one first", async () => {
  creditorBank.freeze("frozen");
  const run = await runSaga(transferMoney, transfer("frozen", { into: "USD" }));
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Frozen", step: "prepareCredit" }, faults: [] });
  expect(called(run).slice(-3)).toEqual(["prepareCredit", "dropRate", "dropHold"]);
  expect(books("frozen")).toEqual(UNTOUCHED);
});

test("the rate is gone twice and there again; gone for good it ends the transfer", async () => {
  const gone = { error: "RateGone" } as const;
  const { steps: own, ...twice } = transfer("gone-twice", { into: "USD" });
  const exchange = { ...own.exchange, fixRate: [gone, gone, { output: { rate: 2 } }] };
  const run = await runSaga(transferMoney, { ...twice, steps: { ...own, exchange } });
  expect(run).toMatchObject({ status: "completed", output: { cents: 20_002 }, faults: [] });

  const lost = await runSaga(transferMoney, {
    ...transfer("gone", { into: "USD" }),
    steps: { ...steps, exchange: { ...steps.exchange, fixRate: gone } },
  });
  expect(lost).toMatchObject({ status: "compensated", failure: { name: "RateGone" }, faults: [] });
  expect(books("gone")).toEqual(UNTOUCHED);
});

test("a large amount waits for a person, who lets it go or sends it back", async () => {
  const large = { amount: { cents: 2_000_000, currency: "EUR" } } as const;
  const asked: string[] = [];
  const fine = transfer("large", large);
  debtorBank.open("large", 5_000_000);
  const run = await runSaga(transferMoney, {
    ...fine,
    person(call) {
      asked.push(call);
      return { verb: "happened" };
    },
  });
  expect(asked).toEqual(["screen"]);
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(books("large")).toEqual({ debtor: 3_000_000, creditor: 2_000_000, setAside: [] });

  const refused = await runSaga(transferMoney, { ...transfer("laundry", large), person: { verb: "goBack" } });
  expect(refused).toMatchObject({ status: "compensated", faults: [] });
  expect(called(refused)).toEqual(["screen"]);
});

test("the bank moves the money and its answer is lost: it is asked, and the money moves once", async () => {
  const { id, input } = transfer("lost");
  const moveMoney: typeof steps.debtorBank.moveMoney = async (what, ctx) => {
    await steps.debtorBank.moveMoney(what, ctx);
    throw new Error("the answer is lost");
  };
  const run = await runSaga(transferMoney, { id, input, steps: { ...steps, debtorBank: { ...steps.debtorBank, moveMoney } } });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(called(run)).toContain("findMovement");
  expect(books(id)).toEqual({ debtor: 89_999, creditor: 10_001, setAside: [] });
});

test("the other bank is silent after the pivot: no way back, also by a cancel; a person calls it, and the money arrives", async () => {
  const { id, input } = transfer("silent");
  const silence = Array.from({ length: 10 }, () => "unknown" as const);
  const creditMoney = [...silence, steps.creditorBank.creditMoney];
  const run = await runSaga(transferMoney, {
    id,
    input,
    steps: { ...steps, creditorBank: { ...steps.creditorBank, creditMoney } },
    events: [{ at: "1m", cancel: "too slow" }],
    person: (call) => (call === "creditMoney" ? { verb: "retry" } : null),
  });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(run.refused).toEqual([expect.stringContaining("cancel")]);
  expect(books(id)).toEqual({ debtor: 89_999, creditor: 10_001, setAside: [] });
});
