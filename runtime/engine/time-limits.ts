import type { Clock } from "../ports/clock.ts";
import type { WantedCall } from "./effects.ts";
import { type Family, type Input, limitOf, type Member } from "./family.ts";
import type { Holding } from "./holding.ts";

/**
 * The time limits of the calls that this worker makes. Each begins when its call is really made and ends with it. A worker that dies takes its
 * calls along, and whoever takes over makes them anew, with their whole time: so no store has to know of them.
 */
export class TimeLimits {
  readonly #clock: Clock;
  readonly #ranOut: (holding: Holding, family: Family, input: Input) => void;
  /** What the store's clock said last, and when that was here. */
  #heard: { readonly storeMs: number; readonly monotonicMs: number };

  /** `ranOut`: what a family has to take of a limit that is over. */
  constructor(clock: Clock, ranOut: (holding: Holding, family: Family, input: Input) => void) {
    this.#clock = clock;
    this.#ranOut = ranOut;
    this.#heard = { storeMs: clock.now(), monotonicMs: clock.monotonic() };
  }

  /** The store's clock stood there a moment ago. */
  hear(storeMs: number): void {
    this.#heard = { storeMs, monotonicMs: this.#clock.monotonic() };
  }

  /** The call is made now. */
  begin(holding: Holding, family: Family, member: Member, wanted: WantedCall, limitMs: number): void {
    const key = limitOf(wanted);
    const nowMs = this.#clock.monotonic();
    const dueMonotonicMs = nowMs + limitMs;
    const dueAtMs = this.#heard.storeMs + (nowMs - this.#heard.monotonicMs) + limitMs;
    let cancel = (): void => undefined;
    const limit = { identity: wanted.identity, dueAtMs, dueMonotonicMs, hasRunOut: false, end: () => cancel() };
    const look = (): void => {
      const leftMs = dueMonotonicMs - this.#clock.monotonic();
      // Woken too early: by a timer that counts no further, or on a machine that slept.
      if (leftMs > 0) {
        cancel = this.#clock.schedule(Math.ceil(leftMs), look);
        return;
      }
      limit.hasRunOut = true;
      this.#ranOut(holding, family, { kind: "timer", member: member.id, key, dueAtMs });
    };
    cancel = this.#clock.schedule(Math.ceil(limitMs), look);
    member.limits.set(key, limit);
  }

  /** The call has answered. What had run out before stands in line before its answer. */
  answered(member: Member, wanted: WantedCall): void {
    const key = limitOf(wanted);
    const limit = member.limits.get(key);
    if (limit === undefined || limit.hasRunOut) return;
    limit.end();
    member.limits.delete(key);
  }

  /** Ends those of calls that are not wanted any more. */
  keep(member: Member, wanted: ReadonlyMap<string, unknown> | null): void {
    for (const [key, limit] of member.limits) {
      if (wanted?.has(limit.identity) === true) continue;
      limit.end();
      member.limits.delete(key);
    }
  }
}
