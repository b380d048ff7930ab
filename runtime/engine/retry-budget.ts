/** How many retries a service gets: so many a second in any case, and beside them this share (0 to 1) of its first attempts. */
export interface RetryBudget {
  readonly perSecond: number;
  readonly ratio: number;
}

export const RETRY_BUDGET: RetryBudget = { perSecond: 10, ratio: 0.2 };

/**
 * The budget of one service. In any ten seconds there are at most `10 · perSecond + ratio · first attempts` retries that came to nothing: one
 * that is answered gives its place back, so that a service that is well again gets what has waited as fast as it answers, and one that is not
 * gets no storm. After Finagle's RetryBudget, where retries beyond it are dropped; here they wait. Counted in whole seconds.
 */
export class Budget {
  readonly #budget: RetryBudget;
  /** By whole seconds, oldest first. */
  readonly #slots: Slot[] = [];

  constructor(budget: RetryBudget) {
    this.#budget = budget;
  }

  /** A first attempt begins. */
  earn(nowMs: number): void {
    this.#slot(nowMs).firsts++;
  }

  /** Whether there is room for a retry. */
  allows(nowMs: number): boolean {
    const { perSecond, ratio } = this.#budget;
    const [firsts, spent] = this.#sums(nowMs);
    return spent + 1 <= WINDOW_SECONDS * perSecond + ratio * firsts;
  }

  /** Returns what gives the place back. */
  spend(nowMs: number): () => void {
    const slot = this.#slot(nowMs);
    slot.spent++;
    let given = false;
    return () => {
      if (!given) slot.spent--;
      given = true;
    };
  }

  /** In how long it is worth looking again. */
  nextMs(nowMs: number): number {
    return (Math.floor(nowMs / SLOT_MS) + 1) * SLOT_MS - nowMs;
  }

  #slot(nowMs: number): Slot {
    const second = Math.floor(nowMs / SLOT_MS);
    this.#forget(second);
    const last = this.#slots.at(-1);
    if (last?.second === second) return last;
    const slot = { second, firsts: 0, spent: 0 };
    this.#slots.push(slot);
    return slot;
  }

  #sums(nowMs: number): readonly [firsts: number, spent: number] {
    this.#forget(Math.floor(nowMs / SLOT_MS));
    let [firsts, spent] = [0, 0];
    for (const slot of this.#slots) {
      firsts += slot.firsts;
      spent += slot.spent;
    }
    return [firsts, spent];
  }

  #forget(second: number): void {
    while (this.#slots[0] !== undefined && this.#slots[0].second <= second - WINDOW_SECONDS) this.#slots.shift();
  }
}

interface Slot {
  readonly second: number;
  firsts: number;
  spent: number;
}

const SLOT_MS = 1_000;
const WINDOW_SECONDS = 10;
