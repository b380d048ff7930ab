import { expect } from "vitest";
import { after, cancelled, REFUSED, type Source, type Story, TURNED_BACK } from "./story.ts";

const items = [1, 2, 3, 4, 5];

/** Refuses one item. */
const refusing = (refused: number) => (input: unknown, ctx: { fail(name: string, data: unknown): Error }) => {
  const { item } = input as { readonly item: number };
  if (item === refused) throw ctx.fail("Refused", REFUSED.data);
  return { seat: item * 10 };
};

const seats: Story["answers"] = ({ step, input }) =>
  step === "reserve" ? { seat: (input as { readonly item: number }).item * 10 } : undefined;

export const itemStories: Source = {
  file: "items.saga",
  stories: [
    {
      name: "items: at most two at once, and the results in order",
      saga: "Cancelling",
      input: { items },
      // The first is the slowest.
      steps: { shop: { reserve: [after("3s"), after("1s"), after("1s"), after("1s"), after("1s")] } },
      answers: seats,
      ends: { status: "completed", output: { seats: [10, 20, 30, 40, 50] }, tookMs: 4_000 },
      calls: [...items.map((item) => `reserve ${item}`), "close"],
      check: ({ calls, children }) => {
        const startMs = calls[0]?.atMs ?? 0;
        expect(calls.map(({ atMs }) => atMs - startMs)).toEqual([0, 0, 1_000, 2_000, 3_000, 4_000]);
        expect(Object.keys(children)).toHaveLength(5);
      },
    },
    {
      name: "items: none at all",
      saga: "Cancelling",
      input: { items: [] },
      ends: { status: "completed", output: { seats: [] }, children: {} },
      calls: ["close"],
    },
    {
      name: "items: a later step fails, and each is undone, the last first",
      saga: "Cancelling",
      input: { items: [1, 2, 3] },
      steps: { shop: { close: REFUSED, release: after("1s") } },
      ends: { status: "compensated", failure: { name: "Refused", step: "close" } },
      calls: ["reserve 1", "reserve 2", "reserve 3", "close", "release 3", "release 2", "release 1"],
    },
    {
      name: "items: one fails, no other begins, and those that run are waited for",
      saga: "Cancelling",
      input: { items },
      steps: { shop: { reserve: [after("10s"), { ...REFUSED, after: "1s" }] } },
      ends: { status: "compensated", failure: { name: "Refused", step: "reserve", data: { why: "no" } } },
      calls: ["reserve 1", "reserve 2", "release 1"],
    },
    {
      name: "items: a cancel turns all of them back",
      saga: "Cancelling",
      input: { items },
      steps: { shop: { reserve: after("5s") } },
      ...cancelled("7s"),
      ends: TURNED_BACK,
      calls: ["reserve 1", "reserve 2", "reserve 3", "reserve 4", "release 3", "release 4", "release 2", "release 1"],
    },
    {
      name: "items, on failure wait: those that run come to their end, then all is undone; one is left out by where",
      saga: "Waiting",
      input: { items: [1, 0, 3] },
      steps: { shop: { reserve: [REFUSED, after("5s")] } },
      ends: { status: "compensated", failure: { name: "Refused" } },
      calls: ["reserve 1", "reserve 3", "label 3", "unlabel 3", "release 3"],
    },
    {
      name: "items, on failure wait: a cancel does not wait",
      saga: "Waiting",
      input: { items: [1, 2] },
      steps: { shop: { reserve: after("1s"), label: after("5s") } },
      ...cancelled("3s"),
      ends: TURNED_BACK,
      calls: ["reserve 1", "reserve 2", "label 1", "label 2", "unlabel 1", "unlabel 2", "release 1", "release 2"],
    },
    {
      name: "items, on failure continue: one that fails is undone alone, and its result says so",
      saga: "Continuing",
      input: { items: [1, 2, 3] },
      steps: { shop: { reserve: refusing(2) } },
      ends: {
        status: "completed",
        output: {
          results: [
            { status: "completed", output: { seat: 10 } },
            { status: "compensated", error: { name: "Refused", step: "reserve" } },
            { status: "completed", output: { seat: 30 } },
          ],
        },
      },
      calls: ["prepare 1", "reserve 1", "prepare 2", "reserve 2", "forget 2", "prepare 3", "reserve 3", "close"],
    },
    {
      name: "items, on failure continue: what is undone later is what completed",
      saga: "Continuing",
      input: { items: [1, 2] },
      steps: { shop: { reserve: refusing(1), close: REFUSED } },
      ends: { status: "compensated", failure: { step: "close" } },
      calls: ["prepare 1", "reserve 1", "forget 1", "prepare 2", "reserve 2", "close", "release 2", "forget 2"],
    },
    {
      name: "items, on failure continue: a cancel is no failure of an item",
      saga: "Continuing",
      input: { items: [1, 2, 3] },
      steps: { shop: { reserve: after("5s") } },
      ...cancelled("7s"),
      ends: TURNED_BACK,
      calls: ["prepare 1", "reserve 1", "prepare 2", "reserve 2", "release 2", "forget 2", "release 1", "forget 1"],
    },
  ],
};

const look = (ready: boolean, at: number) => ({ output: { ready, at } });

export const roundStories: Source = {
  file: "rounds.saga",
  stories: [
    {
      name: "rounds: until it holds, with a pause between them",
      saga: "Polling",
      input: { id: "p" },
      steps: { shop: { look: [look(false, 1), look(true, 2)] } },
      ends: { status: "completed", output: { at: 2 }, tookMs: 60_000 },
      calls: ["look", "look", "close"],
    },
    {
      name: "rounds: a later step fails, and all of them are undone",
      saga: "Polling",
      input: { id: "p" },
      steps: { shop: { look: [look(false, 1), look(false, 2), look(true, 3)], close: REFUSED } },
      ends: { status: "compensated", failure: { step: "close" } },
      calls: ["look", "look", "look", "close", "forget", "forget", "forget"],
    },
    {
      name: "rounds: all are spent",
      saga: "Polling",
      input: { id: "p" },
      steps: { shop: { look: look(false, 1) } },
      ends: { status: "compensated", failure: { name: "Refused", data: { why: "never ready" } }, tookMs: 120_000 },
      calls: ["look", "look", "look", "forget", "forget", "forget"],
    },
    {
      name: "rounds: one fails, and the one before it is undone",
      saga: "Polling",
      input: { id: "p" },
      steps: { shop: { look: [look(false, 1), REFUSED] } },
      ends: { status: "compensated", failure: { step: "look" } },
      calls: ["look", "look", "forget"],
    },
    {
      saga: "Patience",
      input: { id: "i-1" },
      name: "rounds: all are spent, and what is done then knows why",
      answers: () => ({ ready: false, at: 0 }),
      ends: { status: "completed", tookMs: 60_000 },
      calls: ["look", "look", "write"],
      check: ({ calls }) => {
        expect(calls.at(-1)?.input).toEqual({
          name: "RoundsExhausted",
          summary: "repeat1 did not come to its end within 2 rounds",
          step: "repeat1",
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        });
      },
    },
    {
      name: "rounds: a cancel in the pause",
      saga: "Polling",
      input: { id: "p" },
      steps: { shop: { look: look(false, 1) } },
      ...cancelled("30s"),
      ends: { ...TURNED_BACK, tookMs: 30_000 },
      calls: ["look", "forget"],
    },
  ],
};

const trip = { saga: "Trip", input: { day: "monday" }, callees: ["Flight"] } as const;

export const callStories: Source = {
  file: "calls.saga",
  stories: [
    {
      ...trip,
      name: "call: its output is read, and its endings run",
      steps: { air: { book: { output: { seat: "7a" } } } },
      ends: { status: "completed", output: { seat: "7a" } },
      calls: ["book", "pay", "tell", "hotel"],
    },
    {
      ...trip,
      name: "call: one that broke off is tried once more, as another saga",
      steps: { bank: { pay: ["unknown", "success"] } },
      ends: { status: "completed", tookMs: 60_000 },
      calls: ["book", "pay", "refund", "unbook", "book", "pay", "tell", "hotel"],
      check: ({ children }) => expect(Object.keys(children)).toHaveLength(2),
    },
    {
      ...trip,
      name: "call: attempts spent, and the failure is the caller's",
      steps: { bank: { pay: "unknown" } },
      ends: { status: "compensated", failure: { name: "Unknown", step: "pay" } },
      calls: ["book", "pay", "refund", "unbook", "book", "pay", "refund", "unbook"],
    },
    {
      ...trip,
      name: "call: a declared error of the callee takes the other path, which is undone too",
      steps: { air: { book: { error: "Full", data: { flight: "f" } } }, shop: { hotel: REFUSED } },
      ends: { status: "compensated", failure: { step: "hotel" } },
      calls: ["book", "train", "hotel", "leaveTrain"],
    },
    {
      ...trip,
      name: "call: one that completed is undone as a whole, after its endings",
      steps: { shop: { hotel: REFUSED } },
      ends: { status: "compensated", failure: { step: "hotel" } },
      calls: ["book", "pay", "tell", "hotel", "refund", "unbook"],
    },
    {
      ...trip,
      name: "call: a cancel reaches what it is doing",
      steps: { bank: { pay: after("10s") } },
      ...cancelled("5s"),
      ends: TURNED_BACK,
      calls: ["book", "pay", "refund", "unbook"],
    },
    {
      ...trip,
      saga: "Holiday",
      name: "call: whatever it fails with, on failure has another path",
      steps: { bank: { pay: REFUSED }, shop: { stay: { output: { seat: "sofa" } } } },
      ends: { status: "completed", output: { seat: "sofa" } },
      calls: ["book", "pay", "unbook", "stay"],
    },
    {
      ...trip,
      saga: "Holiday",
      name: "call: an error of the callee is turned into another, made of what it says",
      steps: { air: { book: { error: "Full", data: { flight: "f-7" } } } },
      ends: { status: "compensated", failure: { name: "Refused", step: "flight", data: { why: "f-7" } } },
      calls: ["book"],
    },
  ],
};
