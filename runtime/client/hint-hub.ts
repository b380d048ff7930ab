import type { Clock } from "../ports/clock.ts";
import { partitionKey } from "../store/partition.ts";
import type { Hint, Partition, Store } from "../store/store.ts";

/** Passes the store's hints on to those who wait for one saga: one subscription for any number of waiters, each asked only for its own. */
export class HintHub {
  readonly #store: Store;
  readonly #waiting = new Map<string, Set<(hint: Hint) => void>>();
  readonly #clock: Clock;
  #unwatch: (() => void) | null = null;
  #heardMs = Number.NEGATIVE_INFINITY;
  /** What ended in this era, by key: one begins with each subscription, and when so many have ended. */
  readonly #ended = new Set<string>();
  #era = 0;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Whether hints come through now, as far as can be told: one of whatever saga came a moment ago. */
  get isHeard(): boolean {
    return this.#unwatch !== null && this.#clock.monotonic() - this.#heardMs < HEARD_MS;
  }

  /** For `hasNotEnded`; `null`: hints do not come through now. */
  get era(): number | null {
    return this.isHeard ? this.#era : null;
  }

  /** Whether, as far as can be told, a saga that was not there in that era has not ended since. */
  hasNotEnded(partition: Partition, sagaId: string, since: number): boolean {
    return this.isHeard && since === this.#era && !this.#ended.has(keyOf(partitionKey(partition), sagaId));
  }

  /** Calls back at hints about one saga, or about its partition as a whole. Returns what ends that. */
  wait(partition: Partition, sagaId: string, listener: (hint: Hint) => void): () => void {
    const keys = [keyOf(partitionKey(partition), sagaId), keyOf(partitionKey(partition), null)];
    if (this.#unwatch === null) {
      this.#unwatch = this.#store.watch((hint) => this.#pass(hint));
      this.#heardMs = Number.NEGATIVE_INFINITY;
      this.#forget();
    }
    for (const key of keys) this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(listener));
    return () => {
      for (const key of keys) {
        const listeners = this.#waiting.get(key);
        listeners?.delete(listener);
        if (listeners?.size === 0) this.#waiting.delete(key);
      }
      if (this.#waiting.size > 0) return;
      this.#unwatch?.();
      this.#unwatch = null;
    };
  }

  #pass(hint: Hint): void {
    this.#heardMs = this.#clock.monotonic();
    const key = keyOf(hint.partition, hint.sagaId);
    // Of which saga is not known: it may have ended.
    if (hint.sagaId === null && hint.what === "committed") this.#forget();
    if (hint.what === "ended") {
      if (this.#ended.size >= ENDED_MAX) this.#forget();
      this.#ended.add(key);
    }
    const listeners = this.#waiting.get(key);
    if (listeners !== undefined) for (const listener of [...listeners]) listener(hint);
  }

  #forget(): void {
    this.#ended.clear();
    this.#era++;
  }
}

const HEARD_MS = 1_000;
const ENDED_MAX = 1_024;

function keyOf(partition: string, sagaId: string | null): string {
  return sagaId === null ? partition : `${partition}\n${sagaId}`;
}
