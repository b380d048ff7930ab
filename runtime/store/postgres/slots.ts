/** So many at a time; whoever comes later waits in line, for so long. Who is urgent stands before who is not. */
export class Slots {
  readonly #timeoutMs: number;
  readonly #urgent: (() => void)[] = [];
  readonly #line: (() => void)[] = [];
  #free: number;

  constructor(count: number, timeoutMs: number) {
    this.#free = count;
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves with what gives the slot back, to be called once. */
  async enter(urgent = false): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(urgent ? this.#urgent : this.#line);
    return () => {
      const next = this.#urgent.shift() ?? this.#line.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  #wait(line: (() => void)[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        line.splice(line.indexOf(enter), 1);
        reject(new Error(busyFor(this.#timeoutMs)));
      }, this.#timeoutMs);
      line.push(enter);
    });
  }
}

/** Why what waited was not sent. */
export function busyFor(timeoutMs: number): string {
  return `all connections were busy for ${timeoutMs} ms`;
}
