/** So many at a time; whoever comes later waits in line, for so long. */
export class Slots {
  readonly #timeoutMs: number;
  readonly #line: (() => void)[] = [];
  #free: number;

  constructor(count: number, timeoutMs: number) {
    this.#free = count;
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves with what gives the slot back, to be called once. */
  async enter(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait();
    return () => {
      const next = this.#line.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#line.splice(this.#line.indexOf(enter), 1);
        reject(new Error(`all connections were busy for ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#line.push(enter);
    });
  }
}
