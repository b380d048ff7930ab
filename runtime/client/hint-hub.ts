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

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Whether hints come through now, as far as can be told: one of whatever saga came a moment ago. */
  get isHeard(): boolean {
    return this.#unwatch !== null && this.#clock.monotonic() - this.#heardMs < HEARD_MS;
  }

  /** Calls back at hints about one saga, or about its partition as a whole. Returns what ends that. */
  wait(partition: Partition, sagaId: string, listener: (hint: Hint) => void): () => void {
    const keys = [keyOf(partitionKey(partition), sagaId), keyOf(partitionKey(partition), null)];
    this.#unwatch ??= this.#store.watch((hint) => this.#pass(hint));
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
    for (const listener of [...(this.#waiting.get(keyOf(hint.partition, hint.sagaId)) ?? [])]) listener(hint);
  }
}

const HEARD_MS = 1_000;

function keyOf(partition: string, sagaId: string | null): string {
  return sagaId === null ? partition : `${partition}\n${sagaId}`;
}
