import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { renewSubscription } from "./generated/renew-subscription.saga.ts";
import type { RenewSubscriptionInput } from "./generated/renew-subscription.types.ts";
import { steps } from "./renew-subscription.steps.ts";

const DAY_MS = 86_400_000;

/** Virtual time begins with the year. */
const input: RenewSubscriptionInput = {
  subscriptionId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0001",
  customer: "kim",
  price: 990,
  renewsAt: "2026-01-11T00:00:00Z",
};

/** What reached the participants, in order, and in rounds too. */
const called = (run: { readonly calls: readonly { readonly operation: string }[] }) =>
  run.calls.map(({ operation }) => operation);
const charging = (charge: unknown) => ({ ...steps, cards: { ...steps.cards, charge } }) as never;

test("renewed: announced three days before, charged on the day", async () => {
  const run = await runSaga(renewSubscription, { input, steps });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(called(run)).toEqual(["announce", "extend", "charge", "confirm", "thank"]);
  expect(run.tookMs).toBeLessThan(11 * DAY_MS);
});

test("refused twice, then taken: reminded in between, two days apart", async () => {
  const refused = { error: "CardRefused", data: { reason: "limit" } };
  const run = await runSaga(renewSubscription, {
    input,
    steps: charging([refused, refused, { output: { paid: true, receipt: "r" } }]),
  });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(called(run)).toEqual(["announce", "extend", "charge", "remind", "charge", "remind", "charge", "confirm", "thank"]);
});

test("never taken: after four rounds the account is as it was, and the customer is told why", async () => {
  const run = await runSaga(renewSubscription, { input, steps: charging({ error: "CardRefused", data: { reason: "limit" } }) });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Unpaid", data: { attempts: 4 } }, faults: [] });
  expect(called(run).filter((name) => name === "charge")).toHaveLength(4);
  expect(called(run).slice(-2)).toEqual(["shorten", "closeDown"]);
});

test("no card: the customer is asked for one, and the next round takes it", async () => {
  const run = await runSaga(renewSubscription, {
    input,
    steps: charging([{ error: "NoCard", data: {} }, { output: { paid: true, receipt: "r" } }]),
    events: [{ at: "250h", signal: "cardChanged", payload: { cardId: "c-2" } }],
  });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(called(run)).toContain("askForCard");
});

test("cancelled before the day: nothing was taken, and nothing is", async () => {
  const run = await runSaga(renewSubscription, { input, steps, events: [{ at: "9d", cancel: "no more" }] });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  expect(called(run)).toEqual(["announce", "closeDown"]);
});

test("cancelled between two rounds: what was given provisionally is taken back", async () => {
  const run = await runSaga(renewSubscription, {
    input,
    steps: charging({ error: "CardRefused", data: { reason: "limit" } }),
    events: [{ at: "11d", cancel: "no more" }],
  });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  expect(called(run).slice(-2)).toEqual(["shorten", "closeDown"]);
});
