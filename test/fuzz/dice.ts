import { SeededRandom } from "@sagac/runtime/testing";

/** Choices under a seed. */
export class Dice {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    // Seeds next to each other give streams that have nothing in common.
    this.#random = new SeededRandom(Math.imul(seed + 1, 0x9e37_79b1));
    this.#random.seed();
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + (this.#random.seed() % (most - least + 1));
  }

  /** True so often in a hundred. */
  percent(chance: number): boolean {
    return this.between(1, 100) <= chance;
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.between(0, from.length - 1)];
    if (found === undefined) throw new RangeError("nothing to pick from");
    return found;
  }

  /** By weights; those of 0 never. */
  weighted<T>(from: readonly (readonly [T, number])[]): T {
    let left = this.between(
      1,
      from.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [value, weight] of from) {
      left -= weight;
      if (left <= 0 && weight > 0) return value;
    }
    throw new RangeError("nothing to pick from");
  }
}
