/** What can be looked up and gone through. */
export interface Lookup<Value> extends Iterable<readonly [string, Value]> {
  get(key: string): Value | undefined;
}

/** A map by text that mostly stays empty: it takes no room until something is put into it. */
export class SparseMap<Value> implements Lookup<Value> {
  #map: Map<string, Value> | null = null;

  get(key: string): Value | undefined {
    return this.#map?.get(key);
  }

  has(key: string): boolean {
    return this.#map?.has(key) === true;
  }

  set(key: string, value: Value): void {
    this.#map ??= new Map();
    this.#map.set(key, value);
  }

  keys(): Iterable<string> {
    return this.#map?.keys() ?? [];
  }

  [Symbol.iterator](): Iterator<readonly [string, Value]> {
    return (this.#map ?? NOTHING)[Symbol.iterator]();
  }
}

const NOTHING: readonly [] = [];
