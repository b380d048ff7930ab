/** Time as the engine sees it. The real one is below; tests and the simulator bring a virtual one (`testing/virtual-clock.ts`). */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that never jumps; for elapsed time only. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`; returns what cancels it. Does not keep the process alive unless `ref` is set. */
  schedule(delayMs: number, callback: () => void, options?: { readonly ref?: boolean }): () => void;
  /** Calls `callback` once when what is at hand now has been worked off. Absent: a turn of the event loop (`setImmediate`). */
  nextTurn?(callback: () => void): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, callback, options) {
    // setTimeout overflows at 2^31 ms and then fires at once: whoever waits longer is woken early and looks again.
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), 2_147_483_647));
    if (options?.ref !== true) timer.unref();
    return () => clearTimeout(timer);
  },
};
