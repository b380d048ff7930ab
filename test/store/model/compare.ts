import fc from "fast-check";
import { expect } from "vitest";
import { VirtualClock } from "../../../runtime/testing/index.ts";
import type { StorePlace } from "../../conformance/kit.ts";
import { memoryPlace } from "../places.ts";
import type { Operation, Subject } from "./operations.ts";
import { operations, perform, readEverything } from "./operations.ts";

const RUNS = Number(process.env.MODEL_RUNS ?? 60);
/** Many times what they take. What is found is made small for so long at most, and then told. */
const TELL_AFTER_MS = RUNS * 5_000;
/** Of a test that compares: it has told by then. */
export const COMPARE_LIMIT_MS = 2 * TELL_AFTER_MS;

/** The memory store is the model: simple enough to be seen through. */
export async function expectEqualAnswers(other: () => Promise<StorePlace>): Promise<void> {
  const statuses = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(operations, async (list) => {
      const [model, tested] = [await run(memoryPlace, list), await run(other, list)];
      expect(tested).toEqual(model);
      for (const status of JSON.stringify(model).matchAll(/"status":"(committed|conflict|fenced|duplicate|absent)"/g)) {
        statuses.set(status[1] ?? "", (statuses.get(status[1] ?? "") ?? 0) + 1);
      }
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: TELL_AFTER_MS, markInterruptAsFailure: true },
  );
  // A run in which nothing ever succeeded, or nothing was ever refused, shows nothing.
  for (const status of ["committed", "conflict", "fenced", "duplicate", "absent"])
    expect(statuses.get(status)).toBeGreaterThanOrEqual(RUNS / 20);
}

async function run(makePlace: () => Promise<StorePlace>, list: readonly Operation[]): Promise<unknown> {
  const place = await makePlace();
  try {
    // A time of day that no server's clock has: an answer by the wrong clock cannot be equal.
    const clock = new VirtualClock(1_000_000_000_000);
    const subject: Subject = { store: await place.open({ clock }), clock, leases: [], commits: 0 };
    const answers: unknown[] = [];
    for (const operation of list) answers.push({ operation: operation.kind, answer: await perform(subject, operation) });
    answers.push(await readEverything(subject.store));
    return answers;
  } finally {
    await place.dispose();
  }
}
