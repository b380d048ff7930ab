/** Milliseconds, or something that is worked out when the saga runs. */
type Time = number | object;

interface Times {
  readonly timeoutMs: Time;
  readonly retry: Pauses;
}

interface Pauses {
  readonly attempts: number | null;
  readonly backoffMinMs: Time;
  readonly backoffMaxMs: Time;
}

/**
 * The longest time that a call can take until its attempts are spent, in milliseconds: every attempt times out, every pause is as long as it
 * can be. `null`: it is retried forever, or a time of it is not known beforehand. The short grace after a time-out is not counted.
 */
export function worstCaseMs({ timeoutMs, retry }: Times): number | null {
  if (retry.attempts === null || typeof timeoutMs !== "number") return null;
  const pausesMs = worstPausesMs(retry.attempts - 1, retry);
  return pausesMs === null ? null : retry.attempts * timeoutMs + pausesMs;
}

/** The sum of the longest pauses: the one after attempt n is at most `min * 2^n`, and never more than `max`. */
export function worstPausesMs(pauses: number, { backoffMinMs, backoffMaxMs }: Pauses): number | null {
  if (pauses === 0) return 0;
  if (typeof backoffMinMs !== "number" || typeof backoffMaxMs !== "number") return null;
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
