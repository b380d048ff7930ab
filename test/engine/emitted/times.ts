import type { SagaRun } from "@sagac/runtime/testing";
import { expect } from "vitest";
import { after, type Source, TURNED_BACK } from "./story.ts";

const limits = { answer: 10_000, pause: 5_000, longest: 60_000, all: 3_600_000 };
const timed = { saga: "Timed", input: { limits, items: [] }, answers: () => ({ wait: 20_000 }) } as const;
const BUSY = (ms: number) => ({ error: "Busy", data: { after: ms } }) as const;

const FOREVER_MS = Number.MAX_SAFE_INTEGER;

/** Between the calls of one operation, in milliseconds. */
function pauses({ calls }: SagaRun<unknown>, operation: string): number[] {
  const at = calls.flatMap((call) => (call.operation === operation ? [call.atMs] : []));
  return at.slice(1).map((ms, index) => ms - (at[index] ?? 0));
}

export const timeStories: Source = {
  file: "times.saga",
  stories: [
    {
      ...timed,
      name: "times: of an attempt and its pause, as the input says; a compensation has its own, of the answer or what counts without",
      steps: { shop: { ask: "timeout", unask: ["unknown", "success"] } },
      ends: { status: "compensated", failure: { name: "Unknown", step: "ask" }, incomplete: [] },
      calls: ["ask", "ask", "ask", "unask", "unask"],
      check: (run) => {
        // Ten seconds until it is told to abort, five between two attempts.
        expect(pauses(run, "ask")).toEqual([15_000, 15_000]);
        expect(pauses(run, "unask")).toEqual([3_000]);
      },
    },
    {
      ...timed,
      name: "times: a pause between what an answer says and what the input does",
      steps: { shop: { look: ["unknown", "unknown", "unknown", "success"] } },
      ends: { status: "completed" },
      calls: ["ask", "look", "look", "look", "look", "book"],
      check: (run) => {
        const [first = 0, second = 0, third = 0] = pauses(run, "look");
        for (const ms of [first, second, third]) expect(ms).toBeGreaterThanOrEqual(20_000);
        expect(first).toBeLessThanOrEqual(40_000);
        expect(Math.max(second, third)).toBeLessThanOrEqual(60_000);
      },
    },
    {
      ...timed,
      name: "times: a longest pause that is shorter than the first does not count",
      input: { limits: { ...limits, longest: 1 }, items: [] },
      steps: { shop: { look: ["unknown", "success"] } },
      ends: { status: "completed" },
      calls: ["ask", "look", "look", "book"],
      check: (run) => expect(pauses(run, "look")).toEqual([20_000]),
    },
    {
      ...timed,
      name: "times: the pause before another attempt for an error is what the error says, each time",
      steps: { shop: { book: [BUSY(7_000), BUSY(90_000), "success"] } },
      ends: { status: "completed" },
      calls: ["ask", "look", "book", "book", "book"],
      check: (run) => expect(pauses(run, "book")).toEqual([7_000, 90_000]),
    },
    {
      ...timed,
      name: "times: none at all is over at once",
      input: { limits: { ...limits, answer: 0, pause: 0 }, items: [] },
      steps: { shop: { ask: ["timeout", "success"] } },
      ends: { status: "completed", tookMs: 0 },
      calls: ["ask", "ask", "look", "book"],
    },
    {
      ...timed,
      name: "times: of an item's step, of the item and of what came before it",
      input: { limits, items: [{ wait: 5_000 }] },
      steps: { shop: { pack: "timeout" } },
      ends: { status: "compensated", failure: { name: "Unknown" }, tookMs: 25_000 },
      calls: ["ask", "look", "book", "pack", "unpack", "unbook", "unlook", "unask"],
    },
    {
      ...timed,
      name: "times: the saga's own, of its input; undoing has another",
      input: { limits: { ...limits, all: 1_000 }, items: [] },
      answers: () => ({ wait: 7_200_000 }),
      steps: { shop: { look: "unknown", unask: after("5s") } },
      ends: { ...TURNED_BACK, failure: { name: "DeadlinePassed" }, conditions: ["overdue"], tookMs: 3_606_000 },
      calls: ["ask", "look", "unlook", "unask"],
    },
    {
      ...timed,
      name: "times: as long as a duration can be",
      input: { limits: { answer: FOREVER_MS, pause: FOREVER_MS, longest: FOREVER_MS, all: FOREVER_MS }, items: [] },
      ends: { status: "completed" },
      calls: ["ask", "look", "book"],
    },
    {
      saga: "Plain",
      input: {},
      name: "times: of a service",
      steps: { shop: { ask: "timeout" } },
      ends: { status: "compensated", failure: { name: "Unknown" } },
      calls: ["ask", "ask", "ask", "unask"],
      check: (run) => {
        for (const ms of pauses(run, "ask")) {
          expect(ms).toBeGreaterThanOrEqual(61_000);
          expect(ms).toBeLessThanOrEqual(64_000);
        }
      },
    },
  ],
};
