import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@sagac/runtime";
import type { VirtualClock } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { comparable } from "./comparable.ts";
import { play, type Scenario, scenarios, type Told, WAYS, wayOf } from "./scenarios.ts";

const folder = mkdtempSync(join(tmpdir(), "saga-scenarios-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each story is told once on memory; the other stores are held against it. */
const told = new Map<Scenario, Promise<Told>>();
function onMemory(scenario: Scenario): Promise<Told> {
  const known = told.get(scenario) ?? play(scenario, (clock) => openStore("memory:", { clock }));
  told.set(scenario, known);
  return known;
}

describe("the stories of an order", () => {
  test.each(scenarios)("$name", async (scenario) => {
    const { result, calls, keys, state, replayed } = await onMemory(scenario);
    expect(result.status).toBe(scenario.ends);
    expect(calls).toEqual(scenario.calls);
    if (result.status === "compensated") {
      expect(result.failure.name).toBe(scenario.failure);
      expect(result.incomplete).toEqual(scenario.incomplete ?? []);
    }
    expect(replayed).toBe(state);
    expect(keys.every((key) => key.startsWith("PlaceOrder/order-1/"))).toBe(true);
  });
});

describe.each(WAYS)(
  "the same history where every $snapshotEvery. commit writes the whole snapshot, the others $history",
  (way) => {
    test.each(scenarios)("$name", async (scenario) => {
      const story = await play(scenario, (clock) => openStore("memory:", { clock }), way);
      expect(story).toEqual(await onMemory(scenario));
      expect(story.replayed).toBe(story.state);
    });
  },
);

describe("the same history on SQLite", () => {
  test.each(scenarios)("$name", async (scenario) => {
    const url = `sqlite:${join(folder, `${scenarios.indexOf(scenario)}.db`)}`;
    const story = await play(scenario, (clock) => openStore(url, { clock }), wayOf(scenario, 0));
    expect(comparable(story)).toEqual(comparable(await onMemory(scenario)));
    expect(story.replayed).toBe(story.state);
  });
});

describeRedis("the same history on Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await redisForTests();
  });

  test.each(scenarios)("$name", async (scenario) => {
    const prefix = `scenario-${process.pid}-${scenarios.indexOf(scenario)}`;
    const open = (clock: VirtualClock) => openStore(redis.url, { clock, prefix, onWarning: () => undefined });
    const story = await play(scenario, open, wayOf(scenario, 1));
    expect(comparable(story)).toEqual(comparable(await onMemory(scenario)));
    expect(story.replayed).toBe(story.state);
  });
});
