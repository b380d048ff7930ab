import { randomInt } from "node:crypto";

/** Randomness as the engine sees it; the simulator brings a seeded one. */
export interface Random {
  /** A whole number, evenly drawn from `0 .. 2^31 - 1`. */
  seed(): number;
}

export const systemRandom: Random = { seed: () => randomInt(0x8000_0000) };
