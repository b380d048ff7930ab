import { describe, expect, it } from "vitest";
import { machineText } from "../../compiler/verify/verify.ts";
import { hunt } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";

/** A sample, spread over the table; `npm run mutants` hunts all of them. */
const SAMPLE = MUTANTS.filter(({ equivalent }, at) => at % 6 === 1 && equivalent === undefined);

describe("Mistakes that the emitter could make", () => {
  it("are at least 25, each under a name of its own", () => {
    const names = MUTANTS.filter(({ equivalent }) => equivalent === undefined).map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
  });

  // One machine has many.
  const texts = new Map(MUTANTS.map(({ plan }) => [plan, ""]));
  for (const plan of texts.keys()) texts.set(plan, machineText(plan));

  it.each(MUTANTS)("$name: fits what the emitter writes", ({ plan, edit }) => {
    const text = texts.get(plan) ?? "";
    expect(edit(text)).not.toBe(text);
  });

  it.each(SAMPLE)("$name: a law is broken", async (mutant) => {
    const { caught } = await hunt(mutant);
    expect(caught).not.toBeNull();
    expect(caught?.what).not.toBe("");
  });
});
