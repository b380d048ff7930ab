import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { settleClaim } from "./generated/settle-claim.saga.ts";
import type { SettleClaimInput } from "./generated/settle-claim.types.ts";
import { participants, steps } from "./settle-claim.steps.ts";

// In virtual time, which begins on 2026-01-01. All with our own handlers, single ones replaced.

const photo = (name: string) => ({ url: `https://photos.example/${name}.jpg`, kind: "damage" }) as const;
const input: SettleClaimInput = {
  claimId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0004",
  policy: "home",
  happenedOn: "2025-12-30",
  photos: [photo("ceiling"), photo("floor")],
  answerBy: "2026-01-21T00:00:00Z",
};
const unclear: SettleClaimInput = { ...input, photos: [photo("blurred")] };
const estimated = (at: string, expert: string, amount: number) =>
  ({ at, signal: "estimated", payload: { expert, amount } }) as const;

let runs = 0;
const newId = () => `claim-${++runs}`;

/** What reached the participants, in order. */
const called = (run: { readonly calls: readonly { readonly operation: string }[] }) =>
  run.calls.map(({ operation }) => operation);

test("the machine is sure: its estimate is paid, less the deductible", async () => {
  const run = await runSaga(settleClaim, { input, steps, id: newId() });
  expect(run).toMatchObject({
    status: "completed",
    output: { payment: 2 * 400 - 150, by: "machine", transfer: "transfer 1" },
    faults: [],
  });
  expect(called(run)).toEqual(["openClaim", "upload", "look", "payClaim", "closeClaim"]);
  expect(participants.assessor.batches.size).toBe(1);
});

test("it is not sure: it forgets the photos first, then an expert goes, and the answer of that one counts", async () => {
  const before = participants.assessor.batches.size;
  const events = [estimated("2d", "somebody", 9_999), estimated("5d", "vos", 7_000)];
  const run = await runSaga(settleClaim, { input: unclear, steps, id: newId(), events });
  // No more than the policy's limit of 5000.
  expect(run).toMatchObject({ status: "completed", output: { payment: 5_000 - 150, by: "vos" }, faults: [] });
  expect(called(run)).toEqual(["openClaim", "upload", "look", "forget", "hire", "payClaim", "closeClaim"]);
  expect(participants.assessor.batches.size).toBe(before);
  expect(run.tookMs).toBeGreaterThanOrEqual(5 * DAY_MS);
});

test("it suspects something, or takes longer than a minute: an expert goes too, and is told why", async () => {
  const events = [estimated("5d", "vos", 700)];
  const catalogue = { ...input, photos: [photo("catalogue-12")] };
  const suspicious = await runSaga(settleClaim, { input: catalogue, steps, id: newId(), events });
  expect(suspicious).toMatchObject({ status: "completed", output: { payment: 550, by: "vos" }, faults: [] });
  expect(participants.experts.sent.at(-1)).toContain("Suspicious");

  const assessor = { ...steps.assessor, look: "timeout" } as const;
  const slow = await runSaga(settleClaim, { input, steps: { ...steps, assessor }, id: newId(), events });
  expect(slow).toMatchObject({ status: "completed", output: { payment: 550, by: "vos" }, faults: [] });
  expect(slow.calls.find(({ operation }) => operation === "forget")?.atMs).toBe(START_MS + 60_000);
});

test("no estimate in time: a person is asked. The late one is kept, and found when the person says to wait again", async () => {
  const events = [estimated("25d", "vos", 700), { at: "26d", decide: "$await1", verdict: { verb: "retry" } }] as const;
  const run = await runSaga(settleClaim, { input: unclear, steps, id: newId(), events });
  expect(run).toMatchObject({ status: "completed", output: { payment: 550, by: "vos" }, refused: [], faults: [] });
});

test("no estimate at all: the person turns it back. The expert is dismissed, the claim rejected; the photos were forgotten long ago", async () => {
  const person = { verb: "goBack" } as const;
  const run = await runSaga(settleClaim, { input: unclear, steps, id: newId(), person });
  expect(run).toMatchObject({ status: "compensated", faults: [] });
  expect(called(run)).toEqual(["openClaim", "upload", "look", "forget", "hire", "dismiss", "rejectClaim"]);
  expect(participants.policies.claims.at(-1)).toBe("rejected");
});

test("a damage below the deductible: a letter instead of money, and no pivot, so it can be cancelled until the end", async () => {
  const events = [estimated("1d", "vos", 100)];
  const run = await runSaga(settleClaim, { input: unclear, steps, id: newId(), events });
  expect(run).toMatchObject({ status: "completed", output: { payment: 0, transfer: "none" }, faults: [] });
  expect(participants.letters.entries.at(-1)).toContain("deductible of 150");

  const policies = { ...steps.policies, closeClaim: "lost-answer" } as const;
  const cancelled = await runSaga(settleClaim, {
    input: unclear,
    steps: { ...steps, policies },
    id: newId(),
    events: [...events, { at: "2d", cancel: "reported again" }],
  });
  expect(cancelled).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  expect(called(cancelled).slice(-3)).toEqual(["reopenClaim", "dismiss", "rejectClaim"]);
});

test("a cancel after the money went out comes too late", async () => {
  const policies = { ...steps.policies, closeClaim: ["unknown", "unknown", "success"] } as const;
  const events = [{ at: "100ms", cancel: "reported again" }] as const;
  const run = await runSaga(settleClaim, { input, steps: { ...steps, policies }, id: newId(), events });
  expect(run).toMatchObject({ status: "completed", refused: [expect.stringContaining("RT3004")], faults: [] });
});

test("a policy that covers nothing: nothing was done, and nothing is undone", async () => {
  const run = await runSaga(settleClaim, { input: { ...input, policy: "boat" }, steps, id: newId() });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "NotInsured", data: { policy: "boat" } }, faults: [] });
  expect(called(run)).toEqual(["openClaim"]);
});

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
