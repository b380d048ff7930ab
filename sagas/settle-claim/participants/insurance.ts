import { type CallKeys, Ledger } from "./ledger.ts";

type ClaimState = "open" | "rejected" | "closed";

/** The claims under the policies of an insurer. */
export class Policies {
  readonly #ledger = new Ledger();
  readonly #insured: ReadonlySet<string>;
  readonly #claims = new Map<string, ClaimState>();

  constructor(insured: readonly string[]) {
    this.#insured = new Set(insured);
  }

  /** `null`: this policy covers nothing. */
  open(policy: string, call: CallKeys): { number: string; limit: number; deductible: number } | null {
    return this.#ledger.once(call, () => {
      if (!this.#insured.has(policy)) return null;
      const number = `C-${this.#claims.size + 1}`;
      this.#claims.set(number, "open");
      return { number, limit: 5_000, deductible: 150 };
    });
  }

  reject(call: CallKeys): void {
    this.#ledger.undoOnce<{ number: string } | null>(call, (claim) => {
      if (claim !== null) this.#claims.set(claim.number, "rejected");
    });
  }

  close(number: string, call: CallKeys): void {
    this.#ledger.once(call, () => {
      this.#claims.set(number, "closed");
      return { number };
    });
  }

  reopen(call: CallKeys): void {
    this.#ledger.undoOnce<{ number: string }>(call, ({ number }) => {
      this.#claims.set(number, "open");
    });
  }

  /** What became of every claim, in order. */
  get claims(): readonly ClaimState[] {
    return [...this.#claims.values()];
  }
}

/** A machine that looks at photos: each damage costs 400. It is not sure of one that is blurred, and suspects one that is from a catalogue. */
export class Assessor {
  readonly #ledger = new Ledger();
  /** The photos that it has, by batch. */
  readonly batches = new Map<string, readonly string[]>();
  #uploads = 0;

  upload(urls: readonly string[], call: CallKeys): { batch: string } {
    return this.#ledger.once(call, () => {
      const batch = `B-${++this.#uploads}`;
      this.batches.set(batch, urls);
      return { batch };
    });
  }

  forget(call: CallKeys): void {
    this.#ledger.undoOnce<{ batch: string }>(call, ({ batch }) => {
      this.batches.delete(batch);
    });
  }

  look(batch: string): { amount: number; sure: boolean } | { suspicious: number } {
    const urls = this.batches.get(batch) ?? [];
    const suspicious = urls.filter((url) => url.includes("catalogue")).length;
    if (suspicious > 0) return { suspicious };
    return { amount: urls.length * 400, sure: !urls.some((url) => url.includes("blurred")) };
  }
}

/** Experts who drive out and look. */
export class Experts {
  readonly #ledger = new Ledger();
  /** Who was sent, and why. */
  readonly sent: string[] = [];
  dismissed = 0;

  hire(why: string, call: CallKeys): { expert: string } {
    return this.#ledger.once(call, () => {
      this.sent.push(`vos: ${why}`);
      return { expert: "vos" };
    });
  }

  dismiss(call: CallKeys): void {
    this.#ledger.undoOnce(call, () => {
      this.dismissed += 1;
    });
  }
}

/** Keeps what it was told once each: the bank its payments, the post its letters. */
export class Journal<Entry> {
  readonly #ledger = new Ledger();
  readonly entries: Entry[] = [];

  /** Its number, from 1. */
  add(entry: Entry, call: CallKeys): number {
    return this.#ledger.once(call, () => this.entries.push(entry));
  }
}
