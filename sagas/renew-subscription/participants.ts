/** What a participant did under a key, so that a call that comes again is answered, and nothing is done twice. */
export class Book<Entry> {
  readonly #entries = new Map<string, Entry>();

  /** The entry of a key; made when it is first asked for. */
  once(key: string, make: () => Entry): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#entries.set(key, made);
    return made;
  }

  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }
}

/** One attempt to take the price from a card. */
export interface Charge {
  readonly subscription: string;
  readonly receipt: string;
  refunded: boolean;
}

export interface Subscription {
  /** As a date: `2026-12-31`. */
  until: string;
  provisional: boolean;
}

/** A month after a date. */
export function nextMonth(date: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + 1);
  return at.toISOString().slice(0, 10);
}
