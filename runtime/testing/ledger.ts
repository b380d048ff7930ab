/** One effect of a forward call that took place at a participant. */
export interface Effect {
  readonly saga: string;
  readonly sagaId: string;
  readonly step: string;
  readonly service: string;
  readonly operation: string;
  /** Under which idempotency key; the same for its repeats, which have no second effect. */
  readonly key: string;
  readonly doneAtMs: number;
  /** `null`: it stands. */
  readonly undoneAtMs: number | null;
  /** Whether the saga says how it is undone. */
  readonly compensable: boolean;
}

/** What took place, and what of it was undone, by the keys of the forward calls: the books of all participants in one. */
export class Ledger {
  readonly #effects = new Map<string, Effect>();
  readonly #undone = new Map<string, number>();
  readonly #answers = new Map<string, unknown>();
  readonly #late = new Set<string>();

  /** In the order in which they first took place. */
  get effects(): readonly Effect[] {
    return [...this.#effects.values()];
  }

  /** Keys whose effect came after its undo, and was not undone again. */
  get late(): readonly string[] {
    return [...this.#late].filter((key) => this.#effects.get(key)?.undoneAtMs === null);
  }

  has(key: string): boolean {
    return this.#effects.has(key);
  }

  isUndone(key: string): boolean {
    return this.#undone.has(key);
  }

  /** What the participant answered of it, and answers again. */
  answerOf(key: string): unknown {
    return this.#answers.get(key);
  }

  happened(effect: Omit<Effect, "undoneAtMs">, answer: unknown): void {
    if (this.#undone.has(effect.key)) {
      this.#late.add(effect.key);
      this.#undone.delete(effect.key);
    }
    if (!this.#effects.has(effect.key) || this.#late.has(effect.key))
      this.#effects.set(effect.key, { ...effect, undoneAtMs: null });
    this.#answers.set(effect.key, answer);
  }

  /** Also of what never took place: what comes later is then too late. */
  undone(key: string, atMs: number): void {
    if (this.#undone.has(key)) return;
    this.#undone.set(key, atMs);
    const effect = this.#effects.get(key);
    if (effect !== undefined) this.#effects.set(key, { ...effect, undoneAtMs: atMs });
  }
}
