/**
 * Sagas that are not in hand and of which something is asked, in the order in which that was heard, while as many are in hand as may be. They may
 * be at rest, and are to be told at once; or their start still waits, and then so does the rest. Which of them, only the store knows: it is asked
 * once of each, so that a flood of what is asked of sagas that have not begun hides none of the others.
 */
export class Told {
  readonly #heard = new Set<string>();
  /** Sagas that have not begun, as long as there is no room to begin them. */
  readonly #unbegun = new Set<string>();
  #fullSinceMs = Number.POSITIVE_INFINITY;

  /** Whether there are any. */
  get some(): boolean {
    return this.#heard.size > 0;
  }

  /** There is no room for another saga to begin, or there is. `nowMs`: monotonic. */
  see(full: boolean, nowMs: number): void {
    if (full) this.#fullSinceMs = Math.min(this.#fullSinceMs, nowMs);
    else {
      this.#fullSinceMs = Number.POSITIVE_INFINITY;
      this.#unbegun.clear();
    }
  }

  /** Something is asked of it that is no start. */
  hear(rootId: string): void {
    if (!this.#unbegun.has(rootId) && this.#heard.size < HEARD_MAX) this.#heard.add(rootId);
  }

  /** Its start was accepted: there was no room for it then, unless the hint took that long. */
  hearStart(rootId: string, nowMs: number): void {
    if (nowMs - this.#fullSinceMs >= HINT_MAX_MS) this.setUnbegun(rootId);
  }

  /** It has not begun. */
  setUnbegun(rootId: string): void {
    if (this.#unbegun.size < UNBEGUN_MAX) this.#unbegun.add(rootId);
  }

  /** It begins. */
  begins(rootId: string): void {
    this.#unbegun.delete(rootId);
  }

  /** Those that were heard of first, at most so many: they are here no more. */
  take(limit = Number.POSITIVE_INFINITY): readonly string[] {
    const taken: string[] = [];
    for (const rootId of this.#heard) {
      if (taken.length >= limit) break;
      taken.push(rootId);
      this.#heard.delete(rootId);
    }
    return taken;
  }
}

/** Beyond it hints are dropped, as any may be. */
const HEARD_MAX = 1_024;
/** Some megabytes, at most. Of more than these the store is asked again. */
const UNBEGUN_MAX = 16_384;
const HINT_MAX_MS = 1_000;
