import type { Clock } from "../ports/clock.ts";
import type { ServiceLimits } from "./definition.ts";
import { Gate, type HeldUpBy, type Turn, type Waiting } from "./gate.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** How much a worker does at once. */
export interface AdmissionLimits {
  /** Handlers that run at once. */
  readonly concurrency: number;
  /** Every service that it calls, by name. */
  readonly services: ReadonlyMap<string, ServiceLimits & { readonly retryBudget: RetryBudget | null }>;
}

/** One service, as this worker stands with it now. */
export interface ServiceLoad {
  readonly service: string;
  /** Calls that run, or are about to be made. */
  readonly running: number;
  /** Calls that wait for their turn, and those of them that are retries. */
  readonly waiting: number;
  readonly waitingRetries: number;
  /** How long the first in line has waited, a retry or not; 0 where nobody waits. */
  readonly longestWaitMs: number;
  /** What that one waits for; `null` where nobody waits. */
  readonly heldUpBy: HeldUpBy | null;
}

/**
 * Says which calls may be made now, and makes the others wait: first come first served at each service, services in turn where it is the worker
 * that is busy. First attempts pass retries that wait for their budget, and no service holds up another.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #gates: Map<string, Gate>;
  readonly #order: readonly string[];
  readonly #turnEvents = {
    begun: (): void => this.#pump(),
    freed: (): void => {
      this.#running--;
      this.#pump();
    },
  };
  #running = 0;
  /** Whose turn it is among services. */
  #at = 0;
  #pumping = false;
  #again = false;
  #cancelWake: (() => void) | null = null;
  #stopped = false;

  constructor(clock: Clock, { concurrency, services }: AdmissionLimits) {
    this.#clock = clock;
    this.#concurrency = concurrency;
    // One that does not answer must not have them all.
    const share = services.size > 1 ? Math.ceil((concurrency * 3) / 4) : concurrency;
    this.#gates = new Map(
      [...services].map(([name, { max = share, rate, retryBudget }]) => [
        name,
        new Gate(rate === undefined ? { max } : { max, rate }, retryBudget),
      ]),
    );
    this.#order = [...this.#gates.keys()];
  }

  /** A place for a call; `null`: it has to wait, after those that wait already. */
  take(service: string, retry: boolean): Turn | null {
    const gate = this.#gate(service);
    if (this.#running >= this.#concurrency || gate.lineOf(retry).length > 0) return null;
    if (gate.heldUp(retry, this.#clock.monotonic()) !== null) return null;
    return this.#enter(gate, retry, 0);
  }

  /** Puts a call into its service's line. `granted` is called when its turn has come, maybe at once. Returns what takes it out again. */
  wait(service: string, retry: boolean, granted: (turn: Turn) => void): () => void {
    const gate = this.#gate(service);
    const waiting: Waiting = { retry, sinceMs: this.#clock.monotonic(), left: false, granted };
    const line = gate.lineOf(retry);
    line.push(waiting);
    this.#pump();
    return () => {
      if (waiting.left) return;
      waiting.left = true;
      waiting.granted = () => undefined;
      line.gone();
      this.#pump();
    };
  }

  get load(): readonly ServiceLoad[] {
    const nowMs = this.#clock.monotonic();
    return this.#order.flatMap((service) => {
      const gate = this.#gates.get(service);
      if (gate === undefined) return [];
      // Each of the two lines has its first: they may wait for different things.
      const firsts = [gate.firsts.first(), gate.retries.first()].filter((one) => one !== null);
      const first = firsts.sort((a, b) => a.sinceMs - b.sinceMs)[0] ?? null;
      return [
        {
          service,
          running: gate.running,
          waiting: gate.waiting,
          waitingRetries: gate.retries.length,
          longestWaitMs: first === null ? 0 : nowMs - first.sinceMs,
          heldUpBy: first === null ? null : (gate.heldUp(first.retry, nowMs) ?? "concurrency"),
        },
      ];
    });
  }

  /** Nobody is called any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWake?.();
  }

  #gate(service: string): Gate {
    const gate = this.#gates.get(service);
    if (gate === undefined) throw new Error(`this worker was not told of the service ${service}`);
    return gate;
  }

  #enter(gate: Gate, retry: boolean, waitedMs: number): Turn {
    this.#running++;
    return gate.enter(retry, waitedMs, this.#clock, this.#turnEvents);
  }

  /** Lets go whoever can. */
  #pump(): void {
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    do {
      this.#again = false;
      while (!this.#stopped && this.#running < this.#concurrency && this.#grantNext());
    } while (this.#again);
    this.#pumping = false;
    this.#wakeInTime();
  }

  #grantNext(): boolean {
    const nowMs = this.#clock.monotonic();
    for (let n = 0; n < this.#order.length; n++) {
      const at = (this.#at + n) % this.#order.length;
      const gate = this.#gates.get(this.#order[at] ?? "");
      const line = gate?.next(nowMs) ?? null;
      const waiting = line?.first() ?? null;
      if (gate === undefined || line === null || waiting === null) continue;
      line.shift();
      waiting.left = true;
      this.#at = at + 1;
      waiting.granted(this.#enter(gate, waiting.retry, nowMs - waiting.sinceMs));
      return true;
    }
    return false;
  }

  /** Rates and budgets come back by time alone. */
  #wakeInTime(): void {
    this.#cancelWake?.();
    this.#cancelWake = null;
    if (this.#stopped || this.#running >= this.#concurrency) return;
    const nowMs = this.#clock.monotonic();
    let wakeMs: number | null = null;
    for (const gate of this.#gates.values()) {
      const ms = gate.waiting === 0 ? null : gate.nextMs(nowMs);
      if (ms !== null && (wakeMs === null || ms < wakeMs)) wakeMs = ms;
    }
    if (wakeMs === null) return;
    this.#cancelWake = this.#clock.schedule(Math.max(1, wakeMs), () => {
      this.#cancelWake = null;
      this.#pump();
    });
  }
}
