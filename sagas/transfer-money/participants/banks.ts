/** How a call names itself. A step's context has all of it, so handlers hand it on as it is. */
interface CallKeys {
  /** The same for every attempt and delivery of this call. */
  readonly idempotencyKey: string;
  /** For an undo or an inquiry: the key of the call that it asks about. */
  readonly forwardKey: string;
}

interface Refusal {
  readonly refused: "Unfunded" | "Frozen";
  readonly missing: number;
}

interface Done<Answer = object> {
  readonly answer: Answer;
  /** Takes it back; none of what was refused, and of what cannot be taken back. */
  readonly back?: () => void;
}

/** A bank in memory. It answers a repeated key from its record, and fences: what was undone is refused, however late it comes. */
class Bank {
  readonly #balances = new Map<string, number>();
  readonly #frozen = new Set<string>();
  /** Amounts set aside, by the number of the hold or slot, until they are booked or dropped. */
  readonly #setAside = new Map<string, { readonly account: string; readonly cents: number }>();
  readonly #done = new Map<string, Done>();
  readonly #undone = new Set<string>();

  open(account: string, cents: number): void {
    this.#balances.set(account, cents);
  }

  freeze(account: string): void {
    this.#frozen.add(account);
  }

  balance(account: string): number {
    return this.#balances.get(account) ?? 0;
  }

  /** Amounts of this account that are set aside. */
  setAside(account: string): number[] {
    return [...this.#setAside.values()].filter((each) => each.account === account).map(({ cents }) => cents);
  }

  /** Sets money aside that leaves the account later. */
  hold(account: string, cents: number, call: CallKeys): { hold: string } | Refusal {
    return this.#once<{ hold: string } | Refusal>(call, () => {
      if (this.#frozen.has(account)) return { answer: { refused: "Frozen", missing: 0 } };
      const missing = cents + this.setAside(account).reduce((all, each) => all + each, 0) - this.balance(account);
      if (missing > 0) return { answer: { refused: "Unfunded", missing } };
      const hold = this.#aside(account, cents, call);
      return { answer: { hold }, back: () => this.#setAside.delete(hold) };
    });
  }

  /** Makes sure that an amount can arrive. */
  prepare(account: string, cents: number, call: CallKeys): { slot: string } | Refusal {
    return this.#once<{ slot: string } | Refusal>(call, () => {
      if (this.#frozen.has(account)) return { answer: { refused: "Frozen", missing: 0 } };
      const slot = this.#aside(account, cents, call);
      return { answer: { slot }, back: () => this.#setAside.delete(slot) };
    });
  }

  /** Books what was set aside: out of the account (-1) or into it (1). */
  book(number: string, sign: -1 | 1, call: CallKeys): { bookedAt: string } {
    return this.#once(call, () => {
      const aside = this.#setAside.get(number);
      if (aside === undefined) throw new Error(`nothing is set aside under ${number}`);
      this.#setAside.delete(number);
      this.#balances.set(aside.account, this.balance(aside.account) + sign * aside.cents);
      return { answer: { bookedAt: new Date().toISOString() } };
    });
  }

  /** What the call under this key was answered; `null`: it never came. */
  answerOf({ forwardKey }: CallKeys): object | null {
    return this.#done.get(forwardKey)?.answer ?? null;
  }

  /** Takes back, once, what the call under `forwardKey` did; if it did nothing, nothing will come of it any more. */
  undo({ forwardKey }: CallKeys): void {
    if (this.#undone.has(forwardKey)) return;
    this.#undone.add(forwardKey);
    this.#done.get(forwardKey)?.back?.();
  }

  #aside(account: string, cents: number, call: CallKeys): string {
    this.#setAside.set(call.idempotencyKey, { account, cents });
    return call.idempotencyKey;
  }

  #once<Answer extends object>({ idempotencyKey: key }: CallKeys, effect: () => Done<Answer>): Answer {
    if (this.#undone.has(key)) throw new Error(`${key} was undone, it comes too late`);
    const done = this.#done.get(key) ?? effect();
    this.#done.set(key, done);
    return done.answer as Answer;
  }
}

export const debtorBank = new Bank();
export const creditorBank = new Bank();
