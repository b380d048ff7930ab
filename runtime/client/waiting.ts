import type { Clock } from "../ports/clock.ts";
import type { Hint, Partition } from "../store/store.ts";
import type { HintHub } from "./hint-hub.ts";

/** What somebody waits for. */
export interface Waiting {
  readonly clock: Clock;
  readonly hints: HintHub;
  readonly partition: Partition;
  readonly sagaId: string;
  readonly limitMs: number;
  /** Whether it is worth looking after this hint about the saga. */
  readonly matters: (hint: Hint) => boolean;
  /** Ends it: rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks until there is an answer or the time is over (`null`): at once, at every hint, and at growing intervals. `later`: not at once, since there
 * cannot be one yet; but for who does not wait.
 */
export async function untilFound<T>(waiting: Waiting, look: () => Promise<T | null>, later = false): Promise<T | null> {
  const { signal } = waiting;
  if (signal === undefined) return await search(waiting, look, later);
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
  });
  try {
    // A look may take long where the store does not answer.
    return await Promise.race([search(waiting, look, later), aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function search<T>(waiting: Waiting, look: () => Promise<T | null>, later: boolean): Promise<T | null> {
  const { clock, hints, partition, sagaId, limitMs, matters, signal } = waiting;
  const untilMs = clock.monotonic() + limitMs;
  let wake = (): void => undefined;
  const unwatch = hints.wait(partition, sagaId, (hint) => {
    if (matters(hint)) wake();
  });
  const stop = (): void => wake();
  signal?.addEventListener("abort", stop);
  let looks = !later || limitMs <= 0;
  try {
    for (let waitMs = hints.isHeard ? LOOK_HEARD_MS : LOOK_MIN_MS; ; waitMs = Math.min(waitMs * 2, LOOK_MAX_MS)) {
      const hinted = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const found = looks ? await look() : null;
      if (found !== null) return found;
      looks = true;
      const leftMs = untilMs - clock.monotonic();
      if (leftMs <= 0 || signal?.aborted === true) return null;
      const cancel = clock.schedule(Math.min(waitMs, leftMs), () => wake(), { ref: true });
      await hinted;
      cancel();
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    unwatch();
  }
}

/** Hints are heard sooner; this is for one that was lost. */
const LOOK_MIN_MS = 200;
const LOOK_HEARD_MS = 1_000;
const LOOK_MAX_MS = 5_000;
