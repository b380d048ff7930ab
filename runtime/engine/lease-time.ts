import type { Clock } from "../ports/clock.ts";

/** The end of a lease by a worker's own reckoning. */
export interface LeaseTime {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** In so long from now. */
export function leaseTime(clock: Clock, durationMs: number): LeaseTime {
  return { monotonicMs: clock.monotonic() + durationMs, wallMs: clock.now() + durationMs };
}

/**
 * Whether it is over by either clock: the monotonic one stands still while a machine sleeps, the other can be set back. One that is set forward
 * ends a lease too early, which costs a moment and no safety.
 */
export function isOver(end: LeaseTime, clock: Clock): boolean {
  return clock.monotonic() >= end.monotonicMs || clock.now() >= end.wallMs;
}
