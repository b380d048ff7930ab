/**
 * Gathers what is asked for one by one, so that one round trip answers many. What comes in one turn of the event loop goes together, and so does
 * what comes while `atOnce` are under way: alone one waits for nobody, and the busier it is the more share one.
 */
export class Gather<Ask, Answer> {
  readonly #send: (asks: readonly Ask[]) => Promise<readonly (Answer | Promise<Answer>)[]>;
  readonly #most: number;
  readonly #atOnce: number;
  #line: Waiting<Ask, Answer>[] = [];
  #underWay = 0;
  #armed = false;
  #idle: (() => void)[] = [];

  /** `send`: answers in the order asked, some of them maybe later; where it rejects all of them do. `most`: so many go together at most. */
  constructor(send: (asks: readonly Ask[]) => Promise<readonly (Answer | Promise<Answer>)[]>, most: number, atOnce: number) {
    this.#send = send;
    this.#most = most;
    this.#atOnce = atOnce;
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#line.push({ ask, resolve, reject });
      this.#arm();
    });
  }

  /** Resolves when all that was asked has its answer. */
  async settled(): Promise<void> {
    if (this.#line.length > 0 || this.#underWay > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #arm(): void {
    if (this.#armed || this.#line.length === 0 || this.#underWay >= this.#atOnce) return;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      void this.#go(this.#line.splice(0, this.#most));
    });
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
    if (this.#line.length === 0 && this.#underWay === 0) for (const tell of this.#idle.splice(0)) tell();
  }
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}
