import type { PlanCall } from "./plan.ts";

/**
 * The longest time that a call can take until its attempts are spent, in milliseconds: every attempt times out, every pause is as long as it
 * can be. `null`: it is retried forever. The short grace after a time-out is not counted.
 */
export function worstCaseMs({ timeoutMs, retry }: Pick<PlanCall, "timeoutMs" | "retry">): number | null {
  return retry.attempts === null ? null : retry.attempts * timeoutMs + worstPausesMs(retry.attempts - 1, retry);
}

/** The sum of the longest pauses: the one after attempt n is at most `min * 2^n`, and never more than `max`. */
export function worstPausesMs(pauses: number, { backoffMinMs, backoffMaxMs }: PlanCall["retry"]): number {
  let total = 0;
  let longest = backoffMinMs;
  for (let pause = 1; pause <= pauses; pause++) {
    longest = Math.min(backoffMaxMs, longest * 2);
    // From here on all are equal; there may be millions of them.
    if (longest === backoffMaxMs || longest === 0) return total + (pauses - pause + 1) * longest;
    total += longest;
  }
  return total;
}
