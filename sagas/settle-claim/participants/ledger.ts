/** How a call names itself; the context of a step has both. */
export interface CallKeys {
  /** The same for every attempt and delivery of this call. */
  readonly idempotencyKey: string;
  /** For an undo or an inquiry: the key of the call that it is about. */
  readonly forwardKey: string;
}

/** What a participant remembers of its calls, so that each has its effect once. In memory: it forgets all when its process ends. */
export class Ledger {
  readonly #answers = new Map<string, unknown>();
  readonly #undone = new Set<string>();

  /** Carries a call out once: a repeat gets the first answer, be it a refusal. */
  once<Answer>({ idempotencyKey: key }: CallKeys, effect: () => Answer): Answer {
    if (this.#undone.has(key)) throw new Error(`${key} comes too late: it was undone`);
    if (!this.#answers.has(key)) this.#answers.set(key, effect());
    return this.#answers.get(key) as Answer;
  }

  /** Takes back, once, what a call did. Where it never came there is nothing to do, but it must not come any more. */
  undoOnce<Answer>({ forwardKey: key }: CallKeys, takeBack: (answer: Answer) => void): void {
    if (this.#undone.has(key)) return;
    this.#undone.add(key);
    if (this.#answers.has(key)) takeBack(this.#answers.get(key) as Answer);
  }
}
