/** A list kept in order by `compare`; equal items are one. Binary search, then a move of pointers: fast up to some hundred thousand. */
export class SortedList<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  at(index: number): T | undefined {
    return this.#items[index];
  }

  add(item: T): void {
    const index = this.#lowerBound(item);
    const there = this.#items[index];
    if (there !== undefined && this.#compare(there, item) === 0) return;
    this.#items.splice(index, 0, item);
  }

  delete(item: T): void {
    const index = this.#lowerBound(item);
    const there = this.#items[index];
    if (there !== undefined && this.#compare(there, item) === 0) this.#items.splice(index, 1);
  }

  /** At most `limit` items after `item` (which need not be in it); from the first where `item` is null. */
  after(item: T | null, limit: number): T[] {
    let from = 0;
    if (item !== null) {
      from = this.#lowerBound(item);
      const there = this.#items[from];
      if (there !== undefined && this.#compare(there, item) === 0) from++;
    }
    return this.#items.slice(from, from + limit);
  }

  #lowerBound(item: T): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#items[middle];
      if (there !== undefined && this.#compare(there, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
