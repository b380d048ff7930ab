import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../../runtime/store/open.ts";
import type { Store } from "../../../runtime/store/store.ts";
import { VirtualClock } from "../../../runtime/testing/index.ts";
import type { StorePlace } from "../../conformance/kit.ts";
import type { RedisServer } from "../../kit/redis.ts";
import { describeRedis, redisForTests } from "../../kit/redis.ts";
import { memoryPlace, redisPlace } from "../places.ts";
import type { Operation, Subject } from "./operations.ts";
import { operations, perform, readEverything } from "./operations.ts";

const RUNS = Number(process.env.MODEL_RUNS ?? 60);

describe("random operations under a virtual clock give the same answers on the memory store and on", () => {
  it("SQLite", () => expectEqualAnswers(sqliteInMemory), 120_000);

  describeRedis("Redis", () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await redisForTests();
    });
    afterAll(() => server.stop());

    it("Redis", () => expectEqualAnswers(redisPlace(server)), 120_000);
  });
});

/** The memory store is the model: simple enough to be seen through. */
async function expectEqualAnswers(other: () => Promise<StorePlace>): Promise<void> {
  const statuses = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(operations, async (list) => {
      const [model, tested] = [await run(memoryPlace, list), await run(other, list)];
      expect(tested).toEqual(model);
      for (const status of JSON.stringify(model).matchAll(/"status":"(committed|conflict|fenced|duplicate)"/g)) {
        statuses.set(status[1] ?? "", (statuses.get(status[1] ?? "") ?? 0) + 1);
      }
    }),
    { numRuns: RUNS },
  );
  // A run in which nothing ever succeeded, or nothing was ever refused, shows nothing.
  for (const status of ["committed", "conflict", "fenced", "duplicate"]) expect(statuses.get(status)).toBeGreaterThan(RUNS / 10);
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

async function sqliteInMemory(): Promise<StorePlace> {
  const handles: Store[] = [];
  return {
    async open(options) {
      const store = await openStore("sqlite::memory:", options);
      handles.push(store);
      return store;
    },
    async dispose() {
      for (const store of handles) await store.close();
    },
  };
}
