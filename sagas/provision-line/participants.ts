/** One thing that somebody keeps for an order: a port, a box, a visit. It is there once, however often it is asked for. */
export interface Kept {
  readonly order: string;
  readonly what: string;
}

/**
 * A participant with a book of its own, in memory: it remembers each key, so that a repeated call gets the first answer and no second
 * effect, and it forgets an order when it is told to.
 */
export class Participant {
  readonly #answers = new Map<string, Kept>();
  readonly #name: string;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Keeps something for an order under a key; the same key keeps the same thing. */
  keep(key: string, order: string): Kept {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    this.#count += 1;
    const kept = { order, what: `${this.#name}-${this.#count}` };
    this.#answers.set(key, kept);
    return kept;
  }

  /** Lets go of all that is kept for an order; nothing kept is nothing to let go. */
  letGo(order: string): void {
    for (const [key, kept] of this.#answers) if (kept.order === order) this.#answers.delete(key);
  }

  get kept(): readonly Kept[] {
    return [...this.#answers.values()];
  }
}
