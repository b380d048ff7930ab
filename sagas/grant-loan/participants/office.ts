import { type CallKeys, Ledger } from "./ledger.ts";

/** Credit scores, by applicant. */
export class Bureau {
  readonly #scores: Readonly<Record<string, number>>;

  constructor(scores: Readonly<Record<string, number>>) {
    this.#scores = scores;
  }

  scoreOf(applicant: string): number {
    return this.#scores[applicant] ?? 80;
  }
}

interface File {
  state: "open" | "closed" | "archived";
  assignedTo: string | null;
  readonly notes: string[];
}

/** The files of the lending office, a desk each. */
export class Files {
  readonly #ledger = new Ledger();
  readonly #files = new Map<string, File>();

  open(loanId: string, call: CallKeys): { fileId: string } {
    return this.#ledger.once(call, () => {
      const fileId = `F-${this.#files.size + 1}`;
      this.#files.set(fileId, { state: "open", assignedTo: null, notes: [`loan ${loanId}`] });
      return { fileId };
    });
  }

  close(call: CallKeys): void {
    this.#ledger.undoOnce<{ fileId: string }>(call, ({ fileId }) => {
      this.of(fileId).state = "closed";
    });
  }

  assign(fileId: string, to: string, call: CallKeys): void {
    this.#ledger.once(call, () => {
      this.of(fileId).assignedTo = to;
      return { fileId };
    });
  }

  unassign(call: CallKeys): void {
    this.#ledger.undoOnce<{ fileId: string }>(call, ({ fileId }) => {
      this.of(fileId).assignedTo = null;
    });
  }

  note(fileId: string, text: string, call: CallKeys): void {
    this.#ledger.once(call, () => this.of(fileId).notes.push(text));
  }

  archive(fileId: string, transfer: string, call: CallKeys): void {
    this.#ledger.once(call, () => {
      this.of(fileId).state = "archived";
      this.of(fileId).notes.push(`paid out: ${transfer}`);
    });
  }

  of(fileId: string): File {
    const file = this.#files.get(fileId);
    if (file === undefined) throw new Error(`there is no file ${fileId}`);
    return file;
  }
}

/** A bank that reserves money of its own, and pays it out. */
export class Bank {
  readonly #ledger = new Ledger();
  readonly #closed: ReadonlySet<string>;
  readonly #today: () => string;
  reserved = 0;
  paid = 0;

  constructor(closed: readonly string[], today: () => string) {
    this.#closed = new Set(closed);
    this.#today = today;
  }

  reserve(amount: number, call: CallKeys): { reservation: string; amount: number } {
    return this.#ledger.once(call, () => {
      this.reserved += amount;
      return { reservation: `reserved ${amount}`, amount };
    });
  }

  release(call: CallKeys): void {
    this.#ledger.undoOnce<{ amount: number }>(call, ({ amount }) => {
      this.reserved -= amount;
    });
  }

  /** `null`: the account is closed. */
  pay(account: string, amount: number, call: CallKeys): { transfer: string; on: string } | null {
    return this.#ledger.once(call, () => {
      if (this.#closed.has(account)) return null;
      this.reserved -= amount;
      this.paid += amount;
      return { transfer: `${amount} to ${account}`, on: this.#today() };
    });
  }

  /** `null`: it was refused; `undefined`: never heard of it. */
  find(forwardKey: string): { transfer: string; on: string } | null | undefined {
    return this.#ledger.answerTo(forwardKey);
  }
}

export class Letters {
  readonly #ledger = new Ledger();
  readonly sent: string[] = [];

  send(to: string, text: string, call: CallKeys): void {
    this.#ledger.once(call, () => this.sent.push(`${to}: ${text}`));
  }
}
