import type { Random } from "@sagac/runtime";

/** A whole number from `low` to `high`. */
export function drawInt(random: Random, low: number, high: number): number {
  return low + (random.seed() % (high - low + 1));
}

/** True in `percent` of a hundred. */
export function drawChance(random: Random, percent: number): boolean {
  return random.seed() % 100 < percent;
}
