import { type RunSagaOptions, runSaga } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import type { SagaContext, StepRecord } from "../../runtime/engine/definition.ts";
import { handMade, tables } from "../kit/hand-made.ts";
import type { HandSaga } from "../kit/hand-plan.ts";
import { itemsSaga } from "../kit/items.ts";

/**
 * The worker of a family dies at every point, before and after each commit and each call, and another carries on: it ends the same way,
 * with the same children, and what took place is what should have.
 */
const boom = "unknown";

const flight = handMade({
  saga: "Flight",
  nodes: [
    { kind: "step", name: "book" },
    { kind: "await", name: "$await1", signals: [{ signal: "confirmed", case: "$case1" }], limitMs: 3_600_000 },
    { kind: "step", name: "pay" },
  ],
  signals: ["confirmed"],
});

/** Legs of a trip, each of which calls a saga: children of children. */
const trip = handMade({
  saga: "Trip",
  signals: ["confirmed"],
  nodes: [
    {
      kind: "children",
      name: "$foreach1",
      runs: { body: "$foreach1", max: 2, inputs: () => [{ item: 0 }, { item: 1 }, { item: 2 }] },
    },
    { kind: "step", name: "hotel" },
  ],
  bodies: {
    $foreach1: tables({
      saga: "Trip.$foreach1",
      nodes: [
        {
          kind: "children",
          name: "flight",
          runs: {
            kind: "saga",
            saga: { saga: "Flight", version: 1 },
            keepsOutput: true,
            inputs: ({ input }: SagaContext) => [input],
          },
        },
      ],
      output: ({ steps }) => (steps.flight as StepRecord).forward.output,
    }),
  },
});

const CASES: readonly {
  readonly name: string;
  readonly saga: HandSaga;
  readonly ends: string;
  readonly options: object;
}[] = [
  { name: "items that all complete", saga: itemsSaga({ max: 2, keepsOutput: true }), ends: "completed", options: {} },
  {
    name: "items that are undone for a later step",
    saga: itemsSaga({ max: 2 }),
    ends: "compensated",
    options: { steps: { things: { close: boom } } },
  },
  {
    name: "items of which one fails",
    saga: itemsSaga({ max: 3 }),
    ends: "compensated",
    options: { steps: { things: { reserve: ["success", boom, "success", "success"] } } },
  },
  {
    name: "items of which one fails, the others go on",
    saga: itemsSaga({ max: 1, onFailure: "continue", keepsOutput: true }),
    ends: "completed",
    options: { steps: { things: { reserve: ["success", boom, "success", "success"] } } },
  },
  {
    name: "called sagas below items, which wait for signals",
    saga: trip,
    ends: "completed",
    options: { callees: [{ definition: flight }], events: confirmations() },
  },
  {
    name: "called sagas below items, all undone",
    saga: trip,
    ends: "compensated",
    options: { callees: [{ definition: flight }], events: confirmations(), steps: { things: { hotel: boom } } },
  },
  {
    name: "called sagas that wait in vain",
    saga: trip,
    ends: "compensated",
    options: { callees: [{ definition: flight }] },
  },
];

describe("a family whose worker dies", () => {
  test.each(CASES)("$name", { timeout: 120_000 }, async ({ saga, ends, options }) => {
    const all = { input: { count: 4 }, answers: () => ({ ok: true }), ...options } as unknown as Options;
    const whole = await runSaga(saga, { ...all, killAt: 0 });
    expect(whole).toMatchObject({ status: ends, faults: [] });
    const seen: string[] = [];
    for (let killAt = 1; killAt <= whole.points; killAt++) {
      const run = await runSaga(saga, { ...all, killAt });
      const children = Object.keys(run.children).sort().join();
      if (run.status !== ends || run.faults.length > 0 || children !== Object.keys(whole.children).sort().join()) {
        seen.push(`killed at ${killAt}: ${run.status}, ${run.faults.join("; ")}, children ${children}`);
      }
    }
    expect(seen).toEqual([]);
    expect(whole.points).toBeGreaterThan(15);
  });
});

type Options = RunSagaOptions<unknown, Readonly<Record<string, Readonly<Record<string, never>>>>, Record<string, unknown>>;

function confirmations(): Options["events"] {
  return ["1m", "2m", "3m"].map((at) => ({ at, signal: "confirmed", payload: {} }));
}
