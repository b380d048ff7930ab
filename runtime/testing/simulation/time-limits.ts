import type { CallKind, CallSite } from "../../engine/definition.ts";
import { effectsOf } from "../../engine/effects.ts";
import type { StepContext } from "../../engine/handlers.ts";
import type { HistoryRecord } from "../../engine/history.ts";
import type { CommitPart, Lease } from "../../store/store.ts";
import type { Machine } from "./machine.ts";
import type { Seen } from "./watch.ts";

/** A call as its machine makes it. */
interface Made {
  readonly sagaId: string;
  /** Of its time limit. */
  readonly timer: string;
  readonly machine: Machine;
  readonly epoch: number;
  readonly atMs: number;
  readonly limitMs: number;
  hasEnded: boolean;
}

/** The time limits of calls, which the machines keep that make them: none is over before its time, of no call that is not made; and none is forgotten. */
export class TimeLimitsWatch {
  /** By saga, then by timer: as it was made last. */
  readonly #made = new Map<string, Map<string, Made>>();
  /** Those of which it is not known yet whether they are forgotten, the first that should have been heard of at the end. */
  #open: Made[] = [];

  /** Returns what tells of the call's end. */
  began(machine: Machine, site: CallSite, ctx: StepContext<never>, nowMs: number): () => void {
    const { sagaId, step, sequence, epoch, deadlineMs } = ctx;
    const late = ctx.idempotencyKey.endsWith("/late");
    const timer = `${idOf(step, site.kind)}.timeout#${late ? "late" : ""}${sequence}`;
    const limitMs = deadlineMs - machine.now();
    const made: Made = { sagaId, timer, machine, epoch, atMs: nowMs, limitMs, hasEnded: false };
    const its = this.#made.get(sagaId) ?? new Map<string, Made>();
    this.#made.set(sagaId, its.set(timer, made));
    if (!late) {
      const at = this.#open.findLastIndex((other) => heardOfBy(other) >= heardOfBy(made));
      this.#open.splice(at + 1, 0, made);
    }
    return () => {
      made.hasEnded = true;
    };
  }

  /** What is wrong with a commit that takes the end of a call's time. */
  committed(seen: Seen, { lease }: CommitPart, record: HistoryRecord, nowMs: number): string | null {
    const timer = limitIn(record);
    if (timer === null) return null;
    const made = this.#made.get(seen.id)?.get(timer);
    const what = `${timer} of ${seen.id} is over`;
    if (made === undefined) return `${what}, and its call was not made`;
    if (made.machine.name !== lease.owner || made.epoch !== lease.epoch)
      return `${what} at ${lease.owner} under epoch ${lease.epoch}; its call was made by ${made.machine.name} under ${made.epoch}`;
    const early = made.atMs + made.limitMs - nowMs;
    return early > 0 && !made.machine.tampered ? `${what} ${early} ms early` : null;
  }

  /** A saga is as if it had never been. */
  forget(sagaId: string): void {
    this.#made.delete(sagaId);
  }

  /** What is forgotten by now: a call's time is long over, its machine holds its partition still, and has told nothing. */
  forgotten(nowMs: number, seenOf: (id: string) => Seen | undefined, leaseOf: (seen: Seen) => Held | undefined): string | null {
    for (let made = this.#open.at(-1); made !== undefined && heardOfBy(made) <= nowMs; made = this.#open.at(-1)) {
      this.#open.pop();
      const { sagaId, timer, machine, epoch } = made;
      const seen = seenOf(sagaId);
      if (made.hasEnded || seen === undefined || machine.isDead || machine.isFrozen || machine.tampered) continue;
      if (this.#made.get(sagaId)?.get(timer) !== made) continue;
      const held = leaseOf(seen);
      if (held?.owner !== machine.name || held.epoch !== epoch || held.expiresAtMs <= nowMs) continue;
      if (effectsOf(seen.tables, seen.state).timers.has(timer))
        return `${timer} of ${sagaId} was over ${nowMs - made.atMs - made.limitMs} ms ago, and ${machine.name} has said nothing`;
    }
    return null;
  }
}

export interface Held extends Pick<Lease, "epoch" | "expiresAtMs"> {
  readonly owner: string | null;
}

/** The time limit of which a record tells that it is over. */
function limitIn(record: HistoryRecord): string | null {
  if (record.type === "timer") return /\.timeout#\d+$/.test(record.timer) ? record.timer : null;
  const over = record.type === "lateUndone" && record.message === "it did not answer in time";
  return over ? `${record.call}.timeout#late${record.entry}` : null;
}

/** The name of its call in the machine's tables. */
function idOf(step: string, kind: CallKind): string {
  return kind === "forward" ? step : `${step}.${kind}`;
}

/** When it must have been heard of. */
function heardOfBy({ atMs, limitMs }: Made): number {
  return atMs + limitMs + HEARD_OF_MS;
}

/** However slow the line to the store is, and however often a commit is lost on it. */
const HEARD_OF_MS = 60_000;
