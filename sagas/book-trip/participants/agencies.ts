import { type CallKeys, Ledger } from "./ledger.ts";

interface Hold {
  readonly what: string;
  state: "held" | "dropped" | "booked";
}

/** Somebody who lets seats, rooms or cars: holds one, and later books it or lets it go. */
export class Agency {
  readonly #ledger = new Ledger();
  readonly #price: number;
  readonly #soldOut: ReadonlySet<string>;
  readonly #holds: Hold[] = [];

  constructor(price: number, soldOut: readonly string[] = []) {
    this.#price = price;
    this.#soldOut = new Set(soldOut);
  }

  /** `null`: there is none left. */
  hold(what: string, call: CallKeys): { id: string; price: number } | null {
    return this.#ledger.once(call, () => {
      if (this.#soldOut.has(what)) return null;
      this.#holds.push({ what, state: "held" });
      return { id: `${what}-${this.#holds.length}`, price: this.#price };
    });
  }

  drop(call: CallKeys): void {
    this.#ledger.undoOnce<{ id: string } | null>(call, (answer) => {
      if (answer !== null) this.#holdOf(answer.id).state = "dropped";
    });
  }

  book(id: string, call: CallKeys): string {
    return this.#ledger.once(call, () => {
      this.#holdOf(id).state = "booked";
      return `booked ${id}`;
    });
  }

  /** Every hold that there ever was, in order. */
  get holds(): readonly string[] {
    return this.#holds.map(({ what, state }) => `${what} ${state}`);
  }

  #holdOf(id: string): Hold {
    const hold = this.#holds[Number(id.split("-").at(-1)) - 1];
    if (hold === undefined) throw new Error(`there is no ${id}`);
    return hold;
  }
}

/** The money that travellers have sent, by reference, and what was taken of it. */
export class Wallet {
  readonly #ledger = new Ledger();
  readonly #bounced: ReadonlySet<string>;
  readonly taken: number[] = [];

  constructor(bounced: readonly string[] = []) {
    this.#bounced = new Set(bounced);
  }

  /** `null`: the payment has bounced. */
  take(reference: string, amount: number, call: CallKeys): string | null {
    return this.#ledger.once(call, () => {
      if (this.#bounced.has(reference)) return null;
      this.taken.push(amount);
      return `receipt ${this.taken.length}`;
    });
  }
}

export class Outbox {
  readonly #ledger = new Ledger();
  readonly sent: string[] = [];

  send(to: string, text: string, call: CallKeys): void {
    this.#ledger.once(call, () => this.sent.push(`${to}: ${text}`));
  }
}
