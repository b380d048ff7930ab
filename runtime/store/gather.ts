import type { Clock } from "../ports/clock.ts";

/** How long one may wait until it is sent; then it rejects with `late`, and certainly nothing was sent. */
export interface Patience {
  readonly timeoutMs: number;
  readonly late: () => Error;
  readonly clock: Clock;
}

export interface GatherOptions<Ask> extends Patience {
  /** So many go together at most. */
  readonly most: number;
  /** And so much of them; one that is more goes by itself. */
  readonly size?: { readonly of: (ask: Ask) => number; readonly most: number };
  /** So many are under way at most; what comes meanwhile waits. */
  readonly atOnce: number;
}

/**
 * Gathers what is asked for one by one, so that one round trip answers many. What comes in one turn of the event loop goes together, and so does
 * what comes while `atOnce` are under way: alone one waits for nobody, and the busier it is the more share one.
 */
export class Gather<Ask, Answer> {
  readonly #send: (asks: readonly Ask[]) => Promise<readonly (Answer | Promise<Answer>)[]>;
  readonly #options: GatherOptions<Ask>;
  #line: Waiting<Ask, Answer>[] = [];
  #underWay = 0;
  #armed = false;
  #watched = false;
  #idle: (() => void)[] = [];

  /** `send`: answers in the order asked, some of them maybe later; where it rejects all of them do. */
  constructor(send: (asks: readonly Ask[]) => Promise<readonly (Answer | Promise<Answer>)[]>, options: GatherOptions<Ask>) {
    this.#send = send;
    this.#options = options;
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#line.push({ ask, sinceMs: this.#options.clock.monotonic(), resolve, reject });
      this.#arm();
    });
  }

  /** Resolves when all that was asked has its answer. */
  async settled(): Promise<void> {
    if (this.#line.length > 0 || this.#underWay > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #arm(): void {
    if (this.#armed || this.#line.length === 0) return;
    if (this.#underWay >= this.#options.atOnce) this.#watch();
    else {
      this.#armed = true;
      setImmediate(() => {
        this.#armed = false;
        // A round that came to nothing may have taken as long as any may wait.
        this.#rejectLate();
        if (this.#line.length > 0) void this.#go(this.#line.splice(0, this.#count()));
      });
    }
  }

  async #go(waiting: readonly Waiting<Ask, Answer>[]): Promise<void> {
    this.#underWay += 1;
    this.#arm();
    try {
      const answers = await this.#send(waiting.map(({ ask }) => ask));
      for (const [index, { resolve }] of waiting.entries()) resolve(answers[index] as Answer | Promise<Answer>);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
    this.#underWay -= 1;
    this.#arm();
    this.#tellIdle();
  }

  /** How many of the line go next. */
  #count(): number {
    const { most, size } = this.#options;
    if (size === undefined) return most;
    let count = 0;
    let sum = 0;
    for (const { ask } of this.#line.slice(0, most)) {
      sum += size.of(ask);
      if (count > 0 && sum > size.most) break;
      count += 1;
    }
    return count;
  }

  /** Looks again when the first in line has waited for as long as it may. */
  #watch(): void {
    const [first] = this.#line;
    if (this.#watched || first === undefined) return;
    const { clock, timeoutMs } = this.#options;
    this.#watched = true;
    clock.schedule(first.sinceMs + timeoutMs - clock.monotonic(), () => {
      this.#watched = false;
      this.#rejectLate();
      this.#arm();
    });
  }

  #rejectLate(): void {
    const { clock, timeoutMs, late } = this.#options;
    const beforeMs = clock.monotonic() - timeoutMs;
    const inTime = this.#line.findIndex(({ sinceMs }) => sinceMs > beforeMs);
    for (const { reject } of this.#line.splice(0, inTime < 0 ? this.#line.length : inTime)) reject(late());
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#line.length === 0 && this.#underWay === 0) for (const tell of this.#idle.splice(0)) tell();
  }
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  /** Of the clock that never jumps, ms. */
  readonly sinceMs: number;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}
