import type { ServiceLimits } from "./definition.ts";
import { Line } from "./line.ts";
import { Budget, type RetryBudget } from "./retry-budget.ts";

/** What holds up the first in line. */
export type HeldUpBy = "max" | "rate" | "retry budget" | "concurrency";

/** A call that waits for its turn. */
export interface Waiting {
  readonly retry: boolean;
  readonly sinceMs: number;
  /** It is not wanted any more, or has its turn. */
  left: boolean;
  granted(turn: Turn): void;
}

/** A call's place at its service, from before the commit that says it is made until it has ended. */
export interface Turn {
  /** How long it was waited for. */
  readonly waitedMs: number;
  /** The call begins now. */
  begin(): void;
  /** It has ended. `answered`: not with an unknown outcome. More than once is once. */
  end(answered: boolean): void;
  /** It is not made after all. After `begin` this is nothing. */
  giveBack(): void;
}

/** The calls of one service: those that run, and those that wait. */
export class Gate {
  readonly firsts = new Line<Waiting>();
  readonly retries = new Line<Waiting>();
  readonly max: number;
  /** Turns that are held or run. */
  running = 0;
  readonly #rate: ServiceLimits["rate"];
  readonly #budget: Budget | null;
  /** Turns that are held and whose call has not begun. */
  #held = 0;
  /** When the calls of the last period began, oldest first from `#oldest` on. */
  #begun: number[] = [];
  #oldest = 0;

  constructor(limits: ServiceLimits & { readonly max: number }, budget: RetryBudget | null) {
    this.max = limits.max;
    this.#rate = limits.rate;
    this.#budget = budget === null ? null : new Budget(budget);
  }

  get waiting(): number {
    return this.firsts.length + this.retries.length;
  }

  /** What a call would wait for now; `null`: nothing. */
  heldUp(retry: boolean, nowMs: number): HeldUpBy | null {
    if (this.running >= this.max) return "max";
    if (this.#rate !== undefined && this.#held + this.#recent(nowMs) >= this.#rate.calls) return "rate";
    if (retry && this.#budget?.allows(nowMs) === false) return "retry budget";
    return null;
  }

  /** The line whose first goes next, by the order in which they came; `null`: nobody can. */
  next(nowMs: number): Line<Waiting> | null {
    const first = this.firsts.first();
    const retry = this.retries.first();
    const lines = first !== null && retry !== null && retry.sinceMs < first.sinceMs ? [retry, first] : [first, retry];
    for (const one of lines) if (one !== null && this.heldUp(one.retry, nowMs) === null) return this.lineOf(one.retry);
    return null;
  }

  lineOf(retry: boolean): Line<Waiting> {
    return retry ? this.retries : this.firsts;
  }

  /** In how long somebody may go who waits for time alone; `null`: nobody does. */
  nextMs(nowMs: number): number | null {
    const first = this.firsts.first() ?? this.retries.first();
    if (first === null || this.running >= this.max) return null;
    if (this.#rate !== undefined && this.heldUp(false, nowMs) === "rate") {
      const oldest = this.#begun[this.#oldest];
      return oldest === undefined ? null : oldest + this.#rate.perMs - nowMs;
    }
    return this.retries.length > 0 && this.#budget !== null ? this.#budget.nextMs(nowMs) : null;
  }

  /** `freed`: somebody else may go. `begun`: it is known now when its place in the rate comes back. */
  enter(
    retry: boolean,
    waitedMs: number,
    clock: { monotonic(): number },
    { freed, begun }: { freed(): void; begun(): void },
  ): Turn {
    const refund = retry ? this.#budget?.spend(clock.monotonic()) : undefined;
    let stage: "held" | "running" | "over" = "held";
    this.running++;
    this.#held++;
    const over = (given: boolean): void => {
      if (stage === "held") this.#held--;
      stage = "over";
      this.running--;
      if (given) refund?.();
      freed();
    };
    return {
      waitedMs,
      begin: () => {
        if (stage !== "held") return;
        stage = "running";
        this.#held--;
        const nowMs = clock.monotonic();
        if (this.#rate !== undefined) this.#begun.push(nowMs);
        if (!retry) this.#budget?.earn(nowMs);
        if (this.waiting > 0) begun();
      },
      end: (answered) => {
        if (stage !== "over") over(answered);
      },
      giveBack: () => {
        if (stage === "held") over(true);
      },
    };
  }

  /** Calls that began within the period that ends now. */
  #recent(nowMs: number): number {
    const { perMs } = this.#rate ?? { perMs: 0 };
    while (this.#oldest < this.#begun.length && (this.#begun[this.#oldest] ?? 0) <= nowMs - perMs) this.#oldest++;
    if (this.#oldest > 1_024 && 2 * this.#oldest > this.#begun.length) {
      this.#begun = this.#begun.slice(this.#oldest);
      this.#oldest = 0;
    }
    return this.#begun.length - this.#oldest;
  }
}
