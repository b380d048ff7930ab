import type { Clock } from "../ports/clock.ts";
import { SortedList } from "../store/memory/sorted-list.ts";

/**
 * Time that stands still until it is told to move. What is scheduled fires in order of due time, then of scheduling, with `now()` at its
 * due time. Moving is synchronous: callbacks run inside `advanceTo`; whoever needs the promises they start to settle moves in steps
 * (`advanceTo(clock.nextDue())`, settle, again).
 */
export class VirtualClock implements Clock {
  readonly #startMs: number;
  #nowMs: number;
  readonly #scheduled = new SortedList<Scheduled>((a, b) => a.dueMs - b.dueMs || a.order - b.order);
  #count = 0;
  #advancing = false;

  /** `startMs`: milliseconds since the epoch; 2026-01-01T00:00:00Z unless given. */
  constructor(startMs = 1_767_225_600_000) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs - this.#startMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry: Scheduled = { dueMs: this.#nowMs + Math.max(0, delayMs), order: ++this.#count, callback };
    this.#scheduled.add(entry);
    return () => this.#scheduled.delete(entry);
  }

  /** When the next callback is due; `null` when nothing is scheduled. */
  nextDue(): number | null {
    return this.#scheduled.at(0)?.dueMs ?? null;
  }

  /** Fires everything due up to `timeMs`, what it schedules meanwhile too, and stands at `timeMs` afterwards. Never goes back. */
  advanceTo(timeMs: number): void {
    if (this.#advancing) throw new Error("advanceTo was called from a scheduled callback");
    if (timeMs < this.#nowMs) throw new RangeError(`time never goes back: it is ${this.#nowMs}, asked for ${timeMs}`);
    this.#advancing = true;
    try {
      for (let next = this.#scheduled.at(0); next !== undefined && next.dueMs <= timeMs; next = this.#scheduled.at(0)) {
        this.#scheduled.delete(next);
        this.#nowMs = Math.max(this.#nowMs, next.dueMs);
        next.callback();
      }
      this.#nowMs = timeMs;
    } finally {
      this.#advancing = false;
    }
  }

  advanceBy(deltaMs: number): void {
    this.advanceTo(this.#nowMs + deltaMs);
  }
}

interface Scheduled {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}
