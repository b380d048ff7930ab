import { SeededRandom } from "./seeded-random.ts";

/** Randomness of one thing, named by a text: what is drawn of it does not depend on the order in which things are asked for. */
export function drawsOf(seed: number, name: string): SeededRandom {
  // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/).
  let hash = 0x811c_9dc5 ^ seed;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x0100_0193);
  return new SeededRandom(hash);
}

/** One of the names, by their weights. */
export function drawn<Name extends string>(random: SeededRandom, weights: readonly (readonly [Name, number])[]): Name {
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  let left = (random.seed() / 0x8000_0000) * sum;
  for (const [name, weight] of weights) {
    left -= weight;
    if (left < 0) return name;
  }
  const [last] = weights.at(-1) ?? [];
  if (last === undefined) throw new RangeError("nothing to draw from");
  return last;
}
