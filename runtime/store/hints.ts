import type { Hint } from "./store.ts";

/** The listeners of one open store. A hint is handed over after the call that caused it has settled its own state, never inside it. */
export class Hints {
  readonly #listeners = new Set<(hint: Hint) => void>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Returns what ends the subscription. */
  add(listener: (hint: Hint) => void): () => void {
    // A wrapper of its own, so that one function subscribed twice is heard twice and ended twice.
    const entry = (hint: Hint) => listener(hint);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  emit(hint: Hint): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener(hint);
      });
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
