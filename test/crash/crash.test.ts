import { SeededRandom } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { draw, inParallel, pointsOf } from "./explore.ts";
import { pointName } from "./kill-point.ts";
import { ORDERS } from "./orders.ts";
import { SQLITE } from "./stores.ts";
import { runTrial, type StoreUnderTest } from "./trial.ts";

/** `npm run crash` takes every point; here a few of them, drawn by lot, the same in every run. */
const SEED = 20260105;
const ONCE = 4;
const TWICE = 1;
const POLLS: readonly string[] = ["store.lease", "store.pending", "store.due", "store.load"];

describe("a worker killed with SIGKILL, on SQLite", () => sample(() => SQLITE));

describeRedis("a worker killed with SIGKILL, on Redis", () => {
  let server: RedisServer | null = null;
  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server?.stop());
  sample(() => ({ name: "redis", url: () => server?.url ?? "" }));
});

describePostgres("a worker killed with SIGKILL, on Postgres", () => {
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server?.stop());
  sample(() => ({ name: "postgres", url: () => server?.url ?? "" }));
});

function sample(store: () => StoreUnderTest): void {
  it.each(ORDERS)("nothing is lost or doubled in the order that $name", async (order) => {
    const random = new SeededRandom(SEED);
    // Without what a worker asks again and again: how often depends on timing, and the lot must fall the same way in every run.
    const known = (await pointsOf(store(), order)).filter(({ what, number }) => number === 1 || !POLLS.includes(what));
    const drawn = [
      ...Array.from({ length: ONCE }, () => [draw(known, random)]),
      ...Array.from({ length: TWICE }, () => [draw(known, random), draw(known, random)]),
    ];
    const outcomes: { readonly killed: string; readonly faults: readonly string[] }[] = [];
    let killed = 0;
    await inParallel(2, drawn, async (points) => {
      // Two answers may share a commit where the machine is slow, and a life then has fewer points: it gets more chances.
      let trial = await runTrial(store(), order, points);
      for (let left = 2; left > 0 && trial.killed === 0 && trial.faults.length === 0; left--)
        trial = await runTrial(store(), order, points);
      killed += trial.killed;
      outcomes.push({ killed: points.map(pointName).join(", then "), faults: trial.faults });
    });
    console.log(
      `crash test on ${store().name}, order that ${order.name}: a sample, ${killed} kills at points drawn under seed ${SEED} ` +
        `out of ${known.length}; npm run crash takes all`,
    );
    expect(outcomes.filter(({ faults }) => faults.length > 0)).toEqual([]);
    expect(killed).toBeGreaterThanOrEqual(ONCE);
  });
}
