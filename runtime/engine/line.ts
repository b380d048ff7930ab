/** Those that wait, first come first served; whoever leaves the line is passed over. */
export class Line<T extends { readonly left: boolean }> {
  #waiting: T[] = [];
  #head = 0;
  #left = 0;

  get length(): number {
    return this.#waiting.length - this.#head - this.#left;
  }

  push(one: T): void {
    this.#waiting.push(one);
  }

  /** Whoever is first; stays in the line. */
  first(): T | null {
    for (; this.#head < this.#waiting.length; this.#head++) {
      const one = this.#waiting[this.#head];
      if (one !== undefined && !one.left) return one;
      this.#left--;
    }
    this.#waiting = [];
    this.#head = 0;
    return null;
  }

  /** Takes the first out of the line. */
  shift(): void {
    if (this.first() === null) return;
    this.#head++;
    this.#compact();
  }

  /** One of the line has left it. */
  gone(): void {
    this.#left++;
    this.#compact();
  }

  /** In a line that never moves, those who left would be kept for ever. */
  #compact(): void {
    if (this.#waiting.length < COMPACT_FROM || 2 * (this.#head + this.#left) < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head).filter(({ left }) => !left);
    this.#head = 0;
    this.#left = 0;
  }
}

const COMPACT_FROM = 64;
