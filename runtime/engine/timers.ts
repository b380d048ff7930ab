import type { Clock } from "../ports/clock.ts";
import type { Store } from "../store/store.ts";
import type { Logger } from "./handlers.ts";
import type { Holding } from "./holding.ts";
import type { Intake } from "./intake.ts";
import type { Loop } from "./loop.ts";

/**
 * Fires the timers of what this worker holds. Level-triggered: it asks the store what is due, by the store's clock, at the time when the next
 * one should be and at least every `pollMs`; nothing hangs on an edge that could be missed, and an error only means that it asks again.
 * What was accepted before a timer was due is handed over before it.
 */
export class Timers {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #loop: Loop;
  readonly #intake: Intake;
  readonly #log: Logger;
  readonly #holdings: () => Iterable<Holding>;
  readonly #pollMs: number;
  #cancel: (() => void) | null = null;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #asking = false;
  #missed = false;
  #stopped = true;

  constructor(
    ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
    loop: Loop,
    intake: Intake,
    holdings: () => Iterable<Holding>,
    pollMs: number,
  ) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#loop = loop;
    this.#intake = intake;
    this.#holdings = holdings;
    this.#pollMs = pollMs;
  }

  start(): void {
    this.#stopped = false;
    this.wakeIn(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** A timer is due in so long: look by then. */
  wakeIn(delayMs: number): void {
    if (this.#stopped) return;
    const atMs = this.#clock.monotonic() + Math.min(delayMs, this.#pollMs);
    if (atMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = atMs;
    this.#cancel?.();
    this.#cancel = this.#clock.schedule(Math.min(delayMs, this.#pollMs), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    if (this.#stopped) return;
    if (this.#asking) {
      this.#missed = true;
      return;
    }
    this.#asking = true;
    this.#missed = false;
    let nextMs = this.#pollMs;
    for (const holding of this.#holdings()) {
      if (holding.lost || holding.draining) continue;
      try {
        const { due, nextDueAtMs, nowMs } = await this.#store.due(holding.lease.partition, PAGE);
        const last = due.at(-1);
        if (last !== undefined) await this.#intake.before(holding, last.dueAtMs);
        for (const { sagaId, key, dueAtMs } of due)
          this.#loop.give(holding, sagaId, { kind: "timer", member: sagaId, key, dueAtMs });
        // What was handed over is still set until its commit: a moment's patience, not a spin.
        if (due.length > 0) nextMs = Math.min(nextMs, RECHECK_MS);
        if (nextDueAtMs !== null) nextMs = Math.min(nextMs, Math.max(nextDueAtMs - nowMs, 0));
      } catch (error) {
        this.#log.warn("timers could not be read, trying again", { partition: holding.key, error: String(error) });
      }
    }
    this.#asking = false;
    this.wakeIn(this.#missed ? 0 : nextMs);
  }
}

const PAGE = 256;
const RECHECK_MS = 50;
