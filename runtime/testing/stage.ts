import { type Client, createClient } from "../client/client.ts";
import type { Store } from "../store/store.ts";
import { CountedIds } from "./counted-ids.ts";
import { observeStore, type StoreCall, type StoreOutcome } from "./observe-store.ts";
import type { Participants } from "./participants.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** A store in virtual time, which moves only when nothing is left to do, and then to what is due next. */
export class Stage {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly client: Client;
  readonly ids = new CountedIds();
  readonly #participants: Participants;
  readonly #patienceMs: number;
  #inFlight = 0;
  #moves = 0;

  constructor(
    opened: Store,
    clock: VirtualClock,
    participants: Participants,
    patienceMs: number,
    committed: (call: StoreCall, outcome: StoreOutcome) => void,
  ) {
    this.clock = clock;
    this.#participants = participants;
    this.#patienceMs = patienceMs;
    this.store = observeStore(opened, {
      before: () => {
        this.#inFlight++;
        this.#moves++;
      },
      after: (call, outcome) => {
        this.#inFlight--;
        if (call.operation === "commit") committed(call, outcome);
      },
    });
    this.client = createClient({ store: this.store, clock, ids: this.ids });
  }

  /** Resolves when nothing is under way: no store operation, no handler that may still be at real work, and the event loop has run dry. */
  async settle(): Promise<void> {
    // Quiet for some turns in a row: a commit starts handlers, a handler's answer the next commit.
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      const before = this.#moves;
      if (this.#isAtWork()) await new Promise((resolve) => setTimeout(resolve, 1));
      else await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#inFlight === 0 && this.#moves === before && !this.#isAtWork() ? quiet + 1 : 0;
    }
  }

  /** Time passes until the promise settles; at most up to `untilMs`, then `null`. */
  async through<T>(promise: Promise<T>, untilMs: number): Promise<T | null> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    for (;;) {
      await this.settle();
      if (settled) return promise;
      if (!this.moveOn(untilMs)) return null;
    }
  }

  /** Moves to what is due next; false where that is nothing, or beyond the limit. */
  moveOn(untilMs: number): boolean {
    const next = this.clock.nextDue();
    if (next === null || next > untilMs) return false;
    this.clock.advanceTo(next);
    return true;
  }

  /** A handler of the user's that was called just now may wait for something real; one that takes longer waits for virtual time. */
  #isAtWork(): boolean {
    const nowMs = performance.now();
    return [...this.#participants.handlersSinceMs].some((sinceMs) => nowMs - sinceMs < this.#patienceMs);
  }
}

const QUIET_TURNS = 6;
