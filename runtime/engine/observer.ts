import type { SagaStatus, SagaVersion } from "../store/store.ts";
import type { Draft } from "./draft.ts";
import type { AnswerOutcome, Family } from "./family.ts";
import type { CallRef, HistoryRecord } from "./history.ts";
import type { Unit } from "./unit.ts";

/**
 * Is told what the engine does, to measure it. No method may throw. What a commit says is told once, after the store has taken it: not when it is
 * drafted, not when it was refused, and not again by the worker that takes over. Times are ms.
 */
export interface Observer {
  /** A root began. `waitedMs`: since its start was accepted. */
  started(saga: SagaVersion, waitedMs: number): void;
  /** A root ended. `tookMs`: since it began. */
  finished(saga: SagaVersion, outcome: SagaStatus, tookMs: number): void;
  /** An attempt is over: by its answer, or since none came in time. */
  attempted(call: ObservedCall, outcome: AnswerOutcome | "timedOut"): void;
  /** It was answered when nobody waited for it any more. */
  answeredLate(call: ObservedCall, outcome: AnswerOutcome): void;
  parked(saga: string, step: string): void;
  alarmed(saga: string, step: string): void;
  quarantined(saga: string): void;
  /** A timer of the store has taken effect, so long after it was due. */
  timerFired(saga: string, lateMs: number): void;
  /** A call is made. `waitedMs`: for its turn. */
  callBegan(service: string, retry: boolean, waitedMs: number): void;
  /** Its handler has settled, wanted or not. */
  callEnded(call: ObservedCall, outcome: AnswerOutcome, tookMs: number): void;
  /** The store refuses what a saga writes (`RT2011`). */
  commitRefused(saga: string): void;
  /** The store refused a commit since the lease is another worker's. */
  commitFenced(saga: string): void;
}

/** One call of a saga, without what tells one saga from another. */
export interface ObservedCall extends Pick<CallRef, "step" | "kind"> {
  readonly saga: string;
}

/** Tells an observer what a commit says. Asked before the draft is put in place. `atMs`: when it was committed, by the store's clock. */
export function observed(observer: Observer, family: Family, written: Draft, atMs: number): void {
  for (const [id, records] of written.records) {
    const unit = written.units.get(id) ?? family.members.get(id)?.unit;
    if (unit === undefined) continue;
    for (const record of records) {
      if (id === family.rootId) ofRoot(observer, unit, record, family, atMs);
      ofMember(observer, unit, record);
      // The time limit of a call is its worker's own, and no timer of the store.
      const dueAtMs = record.type === "timer" ? family.members.get(id)?.dueAtMs.get(record.timer) : undefined;
      if (dueAtMs !== undefined) observer.timerFired(unit.definition.saga, Math.max(0, atMs - dueAtMs));
    }
  }
  if (written.quarantined && !family.quarantined) {
    const lease = written.parts[0]?.lease;
    if (lease !== undefined) observer.quarantined(lease.partition.saga);
  }
}

/** What lists and counts know of: roots. */
function ofRoot(observer: Observer, { definition }: Unit, record: HistoryRecord, family: Family, atMs: number): void {
  if (record.type === "started") {
    const start = family.taking.find((input) => input.kind === "start");
    observer.started(definition, Math.max(0, atMs - (start?.command.acceptedAtMs ?? atMs)));
  } else if (record.type === "ended") {
    observer.finished(definition, record.status, Math.max(0, atMs - (family.beganAtMs ?? atMs)));
  }
}

function ofMember(observer: Observer, unit: Unit, record: HistoryRecord): void {
  const { saga } = unit.definition;
  switch (record.type) {
    case "answered": {
      const { outcome } = record;
      if (outcome === "failed" || outcome === "stopped") return;
      const call = callNamed(unit, record.call);
      if (call !== null) observer.attempted(call, outcome);
      return;
    }
    case "timer": {
      const call = callNamed(unit, GRACE.exec(record.timer)?.groups?.call);
      if (call !== null) observer.attempted(call, "timedOut");
      return;
    }
    case "late": {
      const call = callNamed(unit, record.call);
      if (call !== null) observer.answeredLate(call, record.outcome);
      return;
    }
    case "parked":
      return observer.parked(saga, unit.tables.calls[record.call]?.step ?? record.call);
    case "alarm":
      return observer.alarmed(saga, record.step);
    default:
  }
}

/** One that goes to a service: neither a compute nor what runs as instances of its own. */
function callNamed({ definition, tables }: Unit, name: string | undefined): ObservedCall | null {
  const site = name === undefined ? undefined : tables.calls[name];
  if (site === undefined || site.compute === true || site.children !== undefined) return null;
  return { saga: definition.saga, step: site.step, kind: site.kind };
}

/** The time that a call had to settle after it was told to abort. */
const GRACE = /^(?<call>.+)\.grace#\d+$/;
