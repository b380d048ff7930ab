import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Dice } from "./dice.ts";
import { hold } from "./hold.ts";
import { mutated } from "./mutate.ts";
import { type Seed, seedSources } from "./seeds.ts";

// A sample and what was found before; `npm run fuzz` takes as many as you like.

const seeds = seedSources();
const kept: readonly { readonly title: string; readonly text: string; readonly path?: string }[] = JSON.parse(
  readFileSync(new URL("./findings.json", import.meta.url), "utf8"),
);

async function findings(source: Seed, seed: number): Promise<readonly string[]> {
  const held = await hold(source, new Dice(seed));
  return held.findings.map(({ where, what }) => `${where}: ${what}`);
}

describe("a text that once was not held", () => {
  it.each(kept)("$title", async ({ text, path = "found.saga" }) => {
    for (let seed = 1; seed <= 8; seed++) expect(await findings({ path, text, beside: {} }, seed)).toEqual([]);
  });
});

describe("texts made of others", () => {
  it("hold, and some of them have no errors", async () => {
    let sound = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const source = mutated(new Dice(seed), seeds);
      const held = await hold(source, new Dice(seed));
      expect(held.findings, `npm run fuzz -- --count 1 --seed ${seed}`).toEqual([]);
      if (held.sound) sound += 1;
    }
    expect(sound).toBeGreaterThan(3);
  });

  it("are the same for the same seed", () => {
    for (const seed of [1, 2, 3]) expect(mutated(new Dice(seed), seeds)).toEqual(mutated(new Dice(seed), seeds));
    expect(mutated(new Dice(1), seeds)).not.toEqual(mutated(new Dice(2), seeds));
  });
});
