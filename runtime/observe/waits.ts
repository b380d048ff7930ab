import type { ServiceLoad } from "../engine/admission.ts";
import type { Logger } from "../engine/handlers.ts";

/**
 * Tells in the log of what waits for long: calls for their turn, and starts since as many sagas are in hand as may be. Each once it has lasted for
 * `afterMs`, then once in `everyMs`, and when it is over.
 */
export class WaitTeller {
  readonly #log: Logger;
  readonly #since = new Map<string, { readonly sinceMs: number; toldMs: number | null }>();
  readonly #times: { readonly afterMs: number; readonly everyMs: number };

  constructor(log: Logger, times: { readonly afterMs: number; readonly everyMs: number } = { afterMs: 10_000, everyMs: 60_000 }) {
    this.#log = log;
    this.#times = times;
  }

  /** `full`: partitions in which as many are in hand as may be. `nowMs`: of a clock that never jumps. */
  look(nowMs: number, { services, full, inHand }: { services: readonly ServiceLoad[]; full: number; inHand: number }): void {
    for (const { service, running, waiting, waitingRetries, longestWaitMs, heldUpBy } of services) {
      const fields = { service, running, waiting, waitingRetries, heldUpBy };
      const sinceMs = waiting === 0 ? null : nowMs - longestWaitMs;
      this.#tell(
        `calls of ${service}`,
        sinceMs,
        nowMs,
        "calls wait for their turn",
        "no call waits for its turn any more",
        fields,
      );
    }
    const sinceMs = full === 0 ? null : (this.#since.get("full")?.sinceMs ?? nowMs);
    const message = "as many sagas are in hand as may be: beyond them starts and timers wait in the store";
    this.#tell("full", sinceMs, nowMs, message, "starts and timers wait in the store no more", { partitions: full, inHand });
  }

  #tell(
    what: string,
    sinceMs: number | null,
    nowMs: number,
    lasts: string,
    over: string,
    fields: Readonly<Record<string, unknown>>,
  ): void {
    const known = this.#since.get(what);
    if (sinceMs === null) {
      this.#since.delete(what);
      if (known !== undefined && known.toldMs !== null)
        this.#log.info(over, { ...fields, forMs: Math.round(nowMs - known.sinceMs) });
      return;
    }
    const wait = known ?? { sinceMs, toldMs: null };
    this.#since.set(what, wait);
    const forMs = nowMs - sinceMs;
    if (forMs < this.#times.afterMs || (wait.toldMs !== null && nowMs - wait.toldMs < this.#times.everyMs)) return;
    wait.toldMs = nowMs;
    this.#log.warn(lasts, { ...fields, forMs: Math.round(forMs) });
  }
}
