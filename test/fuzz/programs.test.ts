import { describe, expect, it } from "vitest";
import { generate } from "./generate.ts";
import { judge } from "./judge.ts";

// A sample; `npm run fuzz:programs` takes as many as you like.

describe("Made-up programs", () => {
  it("compile, type-check, keep the laws, and run the same in memory and on SQLite, also when the worker is killed", async () => {
    const programs = Array.from({ length: 4 }, (_, at) => generate(2 + at));
    const faults = await judge(programs, { runs: 2, maxStates: 40, kills: 1 });
    expect(faults.map(({ seed, where, what }) => `--count 1 --seed ${seed} ${where}: ${what}`)).toEqual([]);
  });
});
