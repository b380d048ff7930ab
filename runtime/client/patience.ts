import { isOutcomeUnknown, isUnreachable } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";

/**
 * Repeats a store operation that may be repeated while the store does not answer, a few times. All of them may: their effect is deduplicated
 * by the store. The last error goes to the caller.
 */
export async function patiently<T>(clock: Clock, operation: () => Promise<T>): Promise<T> {
  for (let round = 0; ; round++) {
    try {
      return await operation();
    } catch (error) {
      if (!(isUnreachable(error) || isOutcomeUnknown(error)) || round >= ROUNDS_MAX) throw error;
      await pause(clock, PAUSE_MIN_MS * 2 ** round);
    }
  }
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(delayMs, resolve, { ref: true });
  });
}

const ROUNDS_MAX = 6;
const PAUSE_MIN_MS = 50;
