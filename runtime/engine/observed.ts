import type { Draft } from "./draft.ts";
import type { Family } from "./family.ts";
import type { HistoryRecord } from "./history.ts";
import type { ObservedCall, Observer } from "./observer.ts";
import type { Unit } from "./unit.ts";

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
