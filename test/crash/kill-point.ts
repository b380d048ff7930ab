/** Where a process dies: at the n-th time that it does this, before or after. */
export interface KillPoint {
  /** `store.commit`, `store.pending` …, or `call payments.authorizePayment`. */
  readonly what: string;
  /** From 1, in the life of one process. */
  readonly number: number;
  /** After a call: between its effect and its answer. Before a call: between the commit that wants it and the call. */
  readonly when: "before" | "after";
}

export function pointName({ what, number, when }: KillPoint): string {
  return `${when} ${what} #${number}`;
}

/** Counts what a process does, and ends it at one point with SIGKILL: no handler, no `finally`, no buffer that is still written. */
export class Executioner {
  readonly counts: Record<string, number> = {};
  readonly #target: KillPoint | null;

  constructor(target: KillPoint | null) {
    this.#target = target;
  }

  /** Counts one more of these, and tells which it is; dies if that is the one. */
  before(what: string): number {
    const number = (this.counts[what] ?? 0) + 1;
    this.counts[what] = number;
    this.#strike({ what, number, when: "before" });
    return number;
  }

  after(what: string, number: number): void {
    this.#strike({ what, number, when: "after" });
  }

  #strike(here: KillPoint): void {
    const target = this.#target;
    if (target === null || target.what !== here.what || target.number !== here.number || target.when !== here.when) return;
    process.kill(process.pid, "SIGKILL");
    // The signal is on its way: not one statement more.
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}
