import type { Clock } from "../ports/clock.ts";
import { rootOf } from "../store/partition.ts";
import type { Store } from "../store/store.ts";
import type { Logger } from "./handlers.ts";
import { type Holding, hasRoomForBegun, heldUpTimers } from "./holding.ts";
import type { Intake } from "./intake.ts";
import type { Loop } from "./loop.ts";

/**
 * Fires the timers of what this worker holds. Level-triggered: it asks the store what is due, by the store's clock, at the time when the next
 * one should be and at least every `pollMs`; nothing hangs on an edge that could be missed, and an error only means that it asks again.
 * What was accepted before a timer was due is handed over before it.
 */
export class Timers {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #loop: Loop;
  readonly #intake: Intake;
  readonly #log: Logger;
  readonly #holdings: () => Iterable<Holding>;
  readonly #limits: { readonly pollMs: number; readonly inHandMax: number };
  #fired = 0;
  #lateMs = 0;
  #latestMs = 0;
  #cancel: (() => void) | null = null;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #asking = false;
  #missed = false;
  #stopped = true;

  constructor(
    ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
    loop: Loop,
    intake: Intake,
    holdings: () => Iterable<Holding>,
    limits: { readonly pollMs: number; readonly inHandMax: number },
  ) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#loop = loop;
    this.#intake = intake;
    this.#holdings = holdings;
    this.#limits = limits;
  }

  start(): void {
    this.#stopped = false;
    this.wakeIn(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** How late timers were handed over, by the store's clock, since the worker began. */
  get lateness(): Lateness {
    return { fired: this.#fired, meanMs: this.#fired === 0 ? 0 : this.#lateMs / this.#fired, maxMs: this.#latestMs };
  }

  /** A timer is due in so long: look by then. */
  wakeIn(delayMs: number): void {
    if (this.#stopped) return;
    const atMs = this.#clock.monotonic() + Math.min(delayMs, this.#limits.pollMs);
    if (atMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = atMs;
    this.#cancel?.();
    this.#cancel = this.#clock.schedule(Math.min(delayMs, this.#limits.pollMs), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    if (this.#stopped) return;
    if (this.#asking) {
      this.#missed = true;
      return;
    }
    this.#asking = true;
    this.#missed = false;
    const held = [...this.#holdings()].filter(({ lost, draining }) => !lost && !draining);
    // Side by side: a partition that is slow to answer holds up no other.
    const nextMs = Math.min(this.#limits.pollMs, ...(await Promise.all(held.map((holding) => this.#askOf(holding)))));
    this.#asking = false;
    this.wakeIn(this.#missed ? 0 : nextMs);
  }

  /** Answers with the time until it should be asked again. */
  async #askOf(holding: Holding): Promise<number> {
    const { pollMs, inHandMax } = this.#limits;
    try {
      // A page of those that the store will not let go must not hide what is due of other sagas,
      const limit = PAGE + heldUpTimers(holding);
      const { due: stored, nextDueAtMs, nowMs } = await this.#store.due(holding.lease.partition, limit);
      // nor one of those for which there is no room what is due of sagas in hand.
      const due = hasRoomForBegun(holding, inHandMax) ? stored : dueInHand(holding, nowMs);
      let given = 0;
      const last = due.at(-1);
      if (last !== undefined) await this.#intake.before(holding, last.dueAtMs);
      for (const { sagaId, key, dueAtMs } of due) {
        // However many are due at once, they wait in the store and not in memory.
        if (!hasRoomForBegun(holding, inHandMax) && !holding.instances.has(rootOf(sagaId))) continue;
        if (!this.#loop.give(holding, sagaId, { kind: "timer", member: sagaId, key, dueAtMs })) continue;
        given++;
        this.#measure(nowMs - dueAtMs);
      }
      // What was handed over is still set until its commit: a moment's patience, not a spin.
      if (given > 0 || due.length >= limit) return RECHECK_MS;
      const nextMs = nextDueAtMs === null ? pollMs : Math.max(nextDueAtMs - nowMs, 0);
      // Of what is due there is no room for some, or a commit of it is tried again and again.
      return stored.length > 0 ? Math.min(pollMs, RECHECK_FULL_MS, Math.max(nextMs, RECHECK_MS)) : nextMs;
    } catch (error) {
      this.#log.warn("timers could not be read, trying again", { partition: holding.key, error: String(error) });
      return pollMs;
    }
  }

  #measure(lateMs: number): void {
    this.#fired++;
    this.#lateMs += lateMs;
    this.#latestMs = Math.max(this.#latestMs, lateMs);
  }
}

/** What is due of the sagas in hand, as their worker knows it. */
function dueInHand({ instances }: Holding, nowMs: number): { sagaId: string; key: string; dueAtMs: number }[] {
  const due: { sagaId: string; key: string; dueAtMs: number }[] = [];
  for (const { members } of instances.values()) {
    for (const { id, dueAtMs: set } of members.values()) {
      for (const [key, dueAtMs] of set) if (dueAtMs <= nowMs) due.push({ sagaId: id, key, dueAtMs });
    }
  }
  return due.sort((a, b) => a.dueAtMs - b.dueAtMs);
}

/** Of the timers that were handed over. */
export interface Lateness {
  readonly fired: number;
  readonly meanMs: number;
  readonly maxMs: number;
}

const PAGE = 256;
const RECHECK_MS = 50;
/** The same where there is no room for what is due, or it was handed over before. */
const RECHECK_FULL_MS = 500;
