import { partitionKey } from "./partition.ts";
import type { CommitPart, CommitResult, Hint } from "./store.ts";

/** What watchers hear of a command that was appended. */
export function commandHint(partition: string, sagaId: string, kind: string): Hint {
  return { partition, sagaId, what: kind === "start" ? "start" : "command" };
}

/** What watchers hear of a commit call: one hint a family, of its root. */
export function commitHints(parts: readonly CommitPart[], results: readonly CommitResult[]): Hint[] {
  const hints = new Map<string, Hint>();
  for (const [index, part] of parts.entries()) {
    if (results[index]?.status !== "committed") continue;
    const partition = partitionKey(part.lease.partition);
    const sagaId = part.root ?? part.sagaId;
    const name = `${partition} ${sagaId}`;
    if (part.root !== null && hints.has(name)) continue;
    hints.set(name, { partition, sagaId, what: part.root === null && part.status !== "running" ? "ended" : "committed" });
  }
  return [...hints.values()];
}

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
