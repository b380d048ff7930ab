import { SagaError } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../store/store.ts";
import { drawsOf } from "../draw.ts";
import { observeStore } from "../observe-store.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { Tally } from "./met.ts";
import type { CallFault } from "./schedule.ts";

/** What all machines of a world have in common. */
export interface Surroundings {
  readonly seed: number;
  readonly clock: VirtualClock;
  /** Whether the store can be reached now. */
  readonly reachable: () => boolean;
  /** Nothing goes wrong any more. */
  readonly calm: () => boolean;
  /** Something goes on: time must not move yet. */
  readonly moved: () => void;
  /** Calls back when all that is under way has come to rest, and before time moves. */
  readonly nextTurn: (callback: () => void) => void;
  readonly told: (line: string) => void;
  readonly met: Tally;
}

export interface MachineFaults {
  /** By the number of a call of the store, from 1. */
  readonly calls: ReadonlyMap<number, CallFault>;
  /** It is gone at this point; `null`: it lives. */
  readonly crashAt: number | null;
  /** By the number of a commit. */
  readonly stalls: ReadonlyMap<number, Stall>;
  /** What reading a saga takes beyond the way there and back. */
  readonly readMs: number;
}

/** It stands still as it sends a commit, which is slow. */
export interface Stall {
  readonly slowMs: number;
  readonly forMs: number;
}

/** The clocks, the line to the store and the life of one machine. What it sent before its end still arrives. */
export class Machine implements Clock {
  readonly name: string;
  /** Its clocks have been wrong: it may think that it has what it lost. The store knows better. */
  tampered = false;
  readonly #around: Surroundings;
  readonly #faults: MachineFaults;
  #base = { globalMs: 0, wallMs: 0, monotonicMs: 0 };
  #rate = 1;
  #frozenAtMs: number | null = null;
  #dead = false;
  #waiting: (() => void)[] = [];
  #points = 0;
  #commits = 0;
  #hints = 0;

  constructor(name: string, around: Surroundings, faults: MachineFaults) {
    this.name = name;
    this.#around = around;
    this.#faults = faults;
    this.#base = { globalMs: around.clock.now(), wallMs: around.clock.now(), monotonicMs: around.clock.monotonic() };
  }

  get isDead(): boolean {
    return this.#dead;
  }

  get isFrozen(): boolean {
    return this.#frozenAtMs !== null;
  }

  now(): number {
    return Math.floor(this.#base.wallMs + (this.#around.clock.now() - this.#base.globalMs) * this.#rate);
  }

  monotonic(): number {
    return this.#base.monotonicMs + (this.#around.clock.now() - this.#base.globalMs) * this.#rate;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    let cancelled = false;
    const cancel = this.#around.clock.schedule(Math.ceil(delayMs / this.#rate), () => {
      if (this.#dead) return;
      if (this.#frozenAtMs === null) callback();
      else this.#waiting.push(() => void (cancelled || callback()));
    });
    return () => {
      cancelled = true;
      cancel();
    };
  }

  nextTurn(callback: () => void): void {
    this.#around.nextTurn(callback);
  }

  /** A place where it may stand still or end; past its end nothing goes on. */
  point(): Promise<void> {
    this.#points++;
    this.#around.moved();
    if (!this.#dead && this.#points === this.#faults.crashAt && !this.#around.calm()) {
      this.#around.told(`${this.name} is gone, at its point ${this.#points}`);
      this.#around.met.crashes++;
      this.crash();
    }
    if (this.#frozenAtMs === null && !this.#dead) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  freeze(): void {
    if (this.#frozenAtMs !== null) return;
    this.#frozenAtMs = this.#around.clock.now();
    this.#around.met.freezes++;
  }

  thaw(asleep: boolean): void {
    if (this.#frozenAtMs === null) return;
    const stoodMs = this.#around.clock.now() - this.#frozenAtMs;
    this.#frozenAtMs = null;
    if (asleep) this.#base = { ...this.#base, monotonicMs: this.#base.monotonicMs - stoodMs };
    const waiting = this.#waiting;
    this.#waiting = [];
    if (!this.#dead) for (const go of waiting) go();
  }

  jump(byMs: number): void {
    this.tampered = true;
    this.#base = { ...this.#base, wallMs: this.#base.wallMs + byMs };
  }

  drift(rate: number): void {
    this.tampered = true;
    const globalMs = this.#around.clock.now();
    this.#base = { globalMs, wallMs: this.now(), monotonicMs: this.monotonic() };
    this.#rate = rate;
  }

  crash(): void {
    this.#dead = true;
    this.#waiting = [];
  }

  /** The store as it is seen from here: at the end of a line that is slow now and then, and loses what it is told to. */
  store(store: Store): Store {
    const { calm, reachable, told } = this.#around;
    const lost = new Set<number>();
    const seen = observeStore(store, {
      before: async ({ number, operation }) => {
        await this.point();
        const fault = calm() ? undefined : this.#faults.calls.get(number);
        const stall = operation === "commit" ? this.#stall() : undefined;
        if (fault !== undefined)
          told(
            `${this.name}: call ${number} of the store (${operation}): ${typeof fault === "string" ? fault : `slow by ${fault.slowMs} ms`}`,
          );
        await this.#travel(
          number,
          "there",
          typeof fault === "object" ? fault.slowMs : (stall?.slowMs ?? this.#readMs(operation)),
        );
        if (fault === "lost-reply") lost.add(number);
        if (fault === "lost-request") await this.#pass(LOST_MS);
        if (fault !== "unreachable" && fault !== "lost-request" && reachable()) return;
        await this.point();
        if (fault === "lost-request") {
          this.#around.met.lost++;
          throw new SagaError("RT2002", "simulated: no answer");
        }
        throw new SagaError("RT2001", "simulated: not reachable");
      },
      after: async ({ number }) => {
        await this.#travel(number, "back", 0);
        if (lost.has(number)) await this.#pass(LOST_MS);
        await this.point();
        if (!lost.delete(number)) return;
        this.#around.met.lost++;
        throw new SagaError("RT2002", "simulated: no answer");
      },
    });
    return {
      ...seen,
      watch: (listener) =>
        seen.watch((hint) => {
          // Hints are never relied upon.
          this.#hints++;
          if (!calm() && drawsOf(this.#around.seed, `${this.name} hint ${this.#hints}`).seed() % 10 === 0) return;
          void this.point().then(() => listener(hint));
        }),
    };
  }

  #readMs(operation: string): number {
    return operation === "load" && !this.#around.calm() ? this.#faults.readMs : 0;
  }

  #stall(): Stall | undefined {
    const stall = this.#faults.stalls.get(++this.#commits);
    if (stall === undefined || this.#around.calm()) return undefined;
    this.#around.told(`${this.name} stands still for ${stall.forMs} ms as it commits, which takes ${stall.slowMs} ms to arrive`);
    this.freeze();
    this.#around.clock.schedule(stall.forMs, () => {
      this.#around.told(`${this.name} goes on`);
      this.thaw(false);
    });
    return stall;
  }

  async #travel(number: number, way: string, slowMs: number): Promise<void> {
    const ms = slowMs + (this.#around.calm() ? 0 : this.#delayMs(number, way));
    if (ms > 0) await this.#pass(ms);
  }

  #delayMs(number: number, way: string): number {
    const random = drawsOf(this.#around.seed, `${this.name} ${number} ${way}`);
    const kind = random.seed() % 100;
    return kind < 55 ? 0 : kind < 90 ? 1 + (random.seed() % 5) : kind < 98 ? random.seed() % 300 : random.seed() % 3_000;
  }

  /** On the way, where no machine's life matters. */
  async #pass(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#around.clock.schedule(ms, resolve);
    });
    this.#around.moved();
  }
}

const LOST_MS = 1_000;
