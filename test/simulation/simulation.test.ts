import { simulateWorkers } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { orderInput, placeOrder } from "../kit/order.ts";
import { newSimulator } from "./world.ts";

describe("simulated worlds", () => {
  test.each([
    ["memory", 40],
    ["sqlite", 10],
  ] as const)("no law is broken on %s, in a sample", async (store, count) => {
    const simulator = await newSimulator(store);
    const sum = { commits: 0, calls: 0, timers: 0 };
    const all: Record<string, number> = {};
    for (let seed = 1; seed <= count; seed++) {
      const { broken, commits, calls, timers, met } = await simulator.run(simulator.schedule(seed));
      expect(broken, `npm run sim -- --schedules 1 --seed ${seed} --store ${store}`).toEqual([]);
      sum.commits += commits;
      sum.calls += calls;
      sum.timers += timers;
      for (const [what, count] of Object.entries(met)) all[what] = (all[what] ?? 0) + count;
    }
    // A world in which nothing happens breaks no law either.
    expect(sum.commits).toBeGreaterThan(10 * count);
    expect(sum.calls).toBeGreaterThan(5 * count);
    expect(sum.timers).toBeGreaterThan(count);
    // Nor one in which nothing goes wrong. Ten worlds are too few for all of it.
    for (const [what, times] of Object.entries(all)) if (count > 10) expect(times, what).toBeGreaterThan(0);
  });

  test("a seed that breaks a law is shrunk to what breaks it, which breaks it again as JSON, and is told so that it can be understood", async () => {
    // A mistake that users make.
    const simulator = simulateWorkers({ sagas: [{ definition: placeOrder, input: { ...orderInput(), quantity: "two" } }] });
    const schedule = simulator.schedule(7);
    const { broken: whole } = await simulator.run(schedule);
    const least = await simulator.shrunk(schedule);
    expect(least?.moves).toMatchObject([{ kind: "start" }]);
    expect(schedule.moves.length).toBeGreaterThan(5);
    const { broken, story } = await simulator.run(JSON.parse(JSON.stringify(least)), { story: true });
    expect(broken[0]?.invariant).toBe(whole[0]?.invariant);
    expect(broken[0]?.message).toMatch(/RT1002.*does not fit.*\n.*quantity/s);
    expect(story.join("\n")).toMatch(/a client starts PlaceOrder/);
    const sound = simulateWorkers({ sagas: [{ definition: placeOrder, input: orderInput() }] });
    expect(await sound.shrunk(sound.schedule(7))).toBeNull();
  });

  test("worlds without a saga are refused: they would break no law", () => {
    expect(() => simulateWorkers({ sagas: [] })).toThrow(/RT1021 nothing-simulated: .*sagas: \[\]/);
  });

  test("a schedule goes the same way each time", async () => {
    const simulator = await newSimulator();
    for (const seed of [3, 7, 12]) {
      const schedule = simulator.schedule(seed);
      const [one, other] = [await simulator.run(schedule, { story: true }), await simulator.run(schedule, { story: true })];
      expect(one.story.length).toBeGreaterThan(10);
      expect(other).toEqual(one);
    }
  });
});
