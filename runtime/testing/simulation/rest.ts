/** Knows whether something goes on in a world that needs no time to pass, and waits until it does not. */
export class Rest {
  readonly #turns: (() => void)[] = [];
  #moves = 0;
  #calls = 0;

  /** Something goes on. */
  moved(): void {
    this.#moves++;
  }

  /** A call of the store itself is on its way. */
  began(): void {
    this.#calls++;
    this.#moves++;
  }

  ended(): void {
    this.#calls--;
    this.#moves++;
  }

  /** Calls back when all that is at hand has been worked off. */
  nextTurn(callback: () => void): void {
    this.#turns.push(callback);
  }

  /**
   * Until nothing goes on any more, unless time moves. `inMemory`: the store never waits for the event loop, whose turns are dear; of another it is
   * only known that a call of it is under way, and looked twice.
   */
  async come(inMemory: boolean): Promise<void> {
    for (let quiet = 0; quiet < (inMemory ? 1 : 2); ) {
      const before = this.#moves;
      await (inMemory && this.#calls === 0 ? worked() : turned());
      const turn = this.#turns.shift();
      turn?.();
      quiet = turn === undefined && this.#calls === 0 && (inMemory || this.#moves === before) ? quiet + 1 : 0;
    }
  }
}

/** Every promise has been followed, as far as it goes. */
function worked(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function turned(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
