import type { Ids } from "../ports/ids.ts";

/** `id-1`, `id-2`, …: the same in every run. */
export class CountedIds implements Ids {
  readonly #prefix: string;
  #count = 0;

  constructor(prefix = "id-") {
    this.#prefix = prefix;
  }

  next(): string {
    this.#count += 1;
    return `${this.#prefix}${this.#count}`;
  }
}
