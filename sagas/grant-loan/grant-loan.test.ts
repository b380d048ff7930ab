import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { grantLoan } from "./generated/grant-loan.saga.ts";
import type { GrantLoanInput } from "./generated/grant-loan.types.ts";
import { participants, steps } from "./grant-loan.steps.ts";

// In virtual time: twelve days without a decision take no time. All with our own handlers, single ones replaced.

const small: GrantLoanInput = {
  loanId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0003",
  applicant: "kim",
  taxNumber: "NL-8714",
  amount: 12_000,
  months: 24,
  income: [{ employer: "harbour", monthly: 4_000 }],
  account: "kim-1",
};
const large: GrantLoanInput = { ...small, amount: 60_000, months: 60 };
const approved = (at: string, limit: number) => ({ at, signal: "approved", payload: { by: "lee", limit } }) as const;

let runs = 0;
const newId = () => `loan-${++runs}`;

/** What reached the participants, in order. */
const called = (run: { readonly calls: readonly { readonly operation: string }[] }) =>
  run.calls.map(({ operation }) => operation);

test("a small loan is granted at once, by the computed risk, and the contract is sent after the end", async () => {
  const run = await runSaga(grantLoan, { input: small, steps, id: newId() });
  expect(run).toMatchObject({ status: "completed", output: { transfer: "12000 to kim-1", danger: 18 }, faults: [] });
  expect(called(run)).toEqual(["askBureau", "openFile", "reserveMoney", "payOut", "archive", "sendContract"]);
  expect(participants.bank).toMatchObject({ reserved: 0, paid: 12_000 });
});

test("the tax number reaches the bureau, and stands in no history that is shown", async () => {
  const run = await runSaga(grantLoan, { input: small, steps, id: newId() });
  const given = run.calls.filter(({ input }) => JSON.stringify(input).includes(small.taxNumber));
  expect(called({ calls: given })).toEqual(["askBureau"]);
  expect(JSON.stringify(run.history)).not.toContain(small.taxNumber);
});

test("a low score: no file is opened, and the letter says why", async () => {
  const run = await runSaga(grantLoan, { input: { ...small, applicant: "poor" }, steps, id: newId() });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "CreditTooLow", data: { score: 20 } }, faults: [] });
  expect(called(run)).toEqual(["askBureau", "sendRefusal"]);
  expect(participants.letters.sent.at(-1)).toMatch(/^poor: no loan: .*CreditTooLow/);
});

test("a large loan waits for an officer whose limit suffices; the note may get lost", async () => {
  const events = [approved("1d", 20_000), approved("3d", 100_000)];
  const files = { ...steps.files, note: "unknown" } as const;
  const run = await runSaga(grantLoan, { input: large, steps: { ...steps, files }, id: newId(), events });
  expect(run).toMatchObject({ status: "completed", output: { danger: 25 }, faults: [] });
  expect(run.tookMs).toBeGreaterThanOrEqual(3 * DAY_MS);
});

test("refused, or withdrawn, or cancelled meanwhile: the file is taken from the officer and closed", async () => {
  const ends = [
    {
      event: { at: "1d", signal: "refused", payload: { by: "lee", reason: "no" } },
      failure: { name: "Refused", data: { by: "lee" } },
    },
    { event: { at: "1d", signal: "withdrawn", payload: {} }, failure: { name: "Refused", data: { reason: "withdrawn" } } },
    { event: { at: "1d", cancel: "entered twice" }, failure: { name: "Cancelled" } },
  ] as const;
  for (const { event, failure } of ends) {
    const run = await runSaga(grantLoan, { input: large, steps, id: newId(), events: [event] });
    expect(run).toMatchObject({ status: "compensated", failure, faults: [] });
    expect(called(run)).toEqual(["askBureau", "openFile", "assign", "unassign", "closeFile", "sendRefusal"]);
  }
});

test("nobody looks at it for ten days: the head of the office gets two more", async () => {
  const inTime = await runSaga(grantLoan, { input: large, steps, id: newId(), events: [approved("11d", 60_000)] });
  expect(inTime).toMatchObject({ status: "completed", faults: [] });
  expect(called(inTime).filter((operation) => operation === "assign")).toHaveLength(2);

  const never = await runSaga(grantLoan, { input: large, steps, id: newId() });
  expect(never).toMatchObject({ status: "compensated", failure: { name: "NoDecision" }, faults: [] });
  expect(never.tookMs).toBeGreaterThanOrEqual(12 * DAY_MS);
  expect(called(never).slice(3)).toEqual(["assign", "unassign", "closeFile", "sendRefusal"]);
});

test("a closed account: the pivot is refused, so the money is released and the file closed", async () => {
  const before = participants.bank.paid;
  const run = await runSaga(grantLoan, { input: { ...small, account: "closed" }, steps, id: newId() });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "AccountClosed" }, faults: [] });
  expect(called(run).slice(-3)).toEqual(["releaseMoney", "closeFile", "sendRefusal"]);
  expect(participants.bank).toMatchObject({ reserved: 0, paid: before });
});

test("the bank's answer is lost: it is asked, knows the payment, and pays once", async () => {
  const before = participants.bank.paid;
  const payOut: typeof steps.bank.payOut = async (input, ctx) => {
    await steps.bank.payOut(input, ctx);
    throw new Error("the connection broke off");
  };
  const run = await runSaga(grantLoan, { input: small, steps: { ...steps, bank: { ...steps.bank, payOut } }, id: newId() });
  expect(run).toMatchObject({ status: "completed", output: { transfer: "12000 to kim-1" }, faults: [] });
  expect(called(run)).toContain("findPayment");
  expect(participants.bank.paid).toBe(before + small.amount);
});

test("an archive that is down for a day: a person is asked, and says to try again", async () => {
  const archive = [...Array.from({ length: 20 }, () => "unknown" as const), "success" as const];
  const files = { ...steps.files, archive };
  const asked: string[] = [];
  const person = (call: string) => {
    asked.push(call);
    return { verb: "retry" } as const;
  };
  const run = await runSaga(grantLoan, { input: small, steps: { ...steps, files }, id: newId(), person });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(asked).toEqual(["archiveFile"]);
});

const DAY_MS = 86_400_000;
