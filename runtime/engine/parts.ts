import type { CommitPart, SagaCondition, TimerToSet } from "../store/store.ts";
import { type Followed, followed } from "./attempts.ts";
import { differences, type WantedCall, type WantedTimer } from "./effects.ts";
import { ENVELOPE_FORMAT, type Envelope, type FamilyEnvelope } from "./envelope.ts";
import { callsOf, type Member, type MemberState, type Shared } from "./family.ts";
import { isOfRetries } from "./history.ts";
import { isUnchecked, type Kept, type Outlook, roomOf, snapshotOf } from "./kept.ts";
import { shownBy, tagsOf } from "./shown.ts";
import { isOver } from "./state.ts";
import { callRef } from "./step.ts";
import type { Unit } from "./unit.ts";
import { addRecord, standingState, UncheckedLogs, unitOf, type Work } from "./work.ts";

/** The parts of a commit: one for each member that changed, and for the root also where what it shows of its family did. */
export function partsOf(work: Work): {
  readonly parts: readonly CommitPart[];
  readonly members: ReadonlyMap<string, MemberState>;
  readonly kept: ReadonlyMap<string, Kept>;
  readonly touched: ReadonlySet<string>;
} {
  const { rootId, members: committed } = work.family;
  const touched = new Set(work.members.keys());
  for (const changed of [work.records, work.consume, work.fired]) for (const id of changed.keys()) touched.add(id);
  if (work.takenOver) for (const id of committed.keys()) touched.add(id);
  if (showsOtherwise(work)) touched.add(rootId);
  const unchecked = [...touched].filter((id) => isUnchecked(committed.get(id)?.kept ?? null, work.options.snapshots));
  if (unchecked.length > 0) throw new UncheckedLogs(unchecked);
  const parts: CommitPart[] = [];
  const members = new Map<string, MemberState>();
  const kept = new Map<string, Kept>();
  for (const id of touched) {
    const written = partOf(work, id);
    if (written === null) continue;
    parts.push(written.part);
    members.set(id, written.state);
    kept.set(id, written.kept);
  }
  return { parts, members, kept, touched };
}

/** Whether the root's row has to be written although the root itself stands where it stood. */
function showsOtherwise({ family, shared }: Work): boolean {
  const before = family.shared;
  return (
    before.mailbox !== shared.mailbox ||
    before.incomplete !== shared.incomplete ||
    before.latched !== shared.latched ||
    before.notes !== shared.notes ||
    (before.working === 0) !== (shared.working === 0)
  );
}

interface Written {
  readonly part: CommitPart;
  readonly state: MemberState;
  readonly kept: Kept;
}

/** `null`: nothing of it is to be written. */
function partOf(work: Work, id: string): Written | null {
  const { family, options } = work;
  const member = family.members.get(id);
  const unit = unitOf(work, id);
  const before = standingState(work, id);
  const undelivered = newCalls(work, id, unit, before);
  const root = id === family.rootId;
  const conditions = conditionsOf(before, root ? work.shared : null);
  const outlook = outlookOf(unit, before, conditions);
  const log = logAfter(work, id, unit, before, outlook);
  const { records, replaces } = log;
  // All that is replaced is of retries.
  const added = records.length - replaces;
  const retries = before.retries + records.filter(isOfRetries).length - replaces;
  const state = { ...before, undelivered, records: before.records + added, retries };
  const timers = work.released && member !== undefined ? timersAnew(work, member, state) : timersOf(work, id, state);
  const consume = work.consume.get(id) ?? [];
  const changed =
    work.members.has(id) ||
    records.length + consume.length + timers.set.length + timers.clear.length > 0 ||
    undelivered.length !== before.undelivered.length ||
    (root && showsOtherwise(work));
  if (!changed) return null;
  const envelope = envelopeOf(unit, state, work.correlationId, root ? { id, shared: work.shared } : null, member?.redelivered);
  const { snapshot, kept } = snapshotOf(envelope, member?.kept ?? null, options.snapshots, outlook, { ...log, added });
  const part: Writable<CommitPart> = {
    lease: options.lease,
    sagaId: id,
    root: root ? null : family.rootId,
    live: hasWork(state) || (root && work.shared.working > 0),
    active: isActive(unit, state) || work.again.has(id),
    commitId: options.commitId,
    // Of one that was set aside at its start there is a row, and no more.
    expectedVersion: member?.version ?? family.unread.get(id)?.version ?? 0,
    snapshot,
    status: unit.transition.statusOf(state.standing.state),
    conditions,
    records: records.map((record) => JSON.stringify(record)),
    setTimers: timers.set,
    clearTimers: timers.clear,
    consume,
  };
  if (replaces > 0) part.replaces = replaces;
  if (root) part.shown = shownBy(unit, state, envelope.tags);
  return { part, state, kept };
}

/** Its records as they are written: an attempt that came to what those before it came to is only counted. */
function logAfter(
  { family, options, records }: Work,
  id: string,
  unit: Unit,
  { standing }: MemberState,
  outlook: Outlook,
): Followed {
  const member = family.members.get(id);
  const kept = member?.kept ?? null;
  const after = { state: standing.state, timers: standing.effects.timers.keys() };
  const room = (): number => roomOf(standing.state, kept, options.snapshots, outlook);
  return followed(kept?.tail ?? null, records.get(id) ?? [], member?.state.standing.state ?? null, after, unit.transition, room);
}

/** While it is put together. */
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Says in the log which calls will be made; answers with those that are not made yet. */
function newCalls(work: Work, id: string, unit: Unit, state: MemberState): string[] {
  const member = work.family.members.get(id);
  const before = member === undefined ? null : callsOf(unit, member.state);
  const undelivered: string[] = [];
  for (const [identity, wanted] of callsToLookAt(work, unit, member, state)) {
    const known = before?.has(identity) === true;
    const runs = wanted.site.children !== undefined;
    if (wanted.abort || member?.running.has(identity) === true) continue;
    if (known && (runs || !work.takenOver) && !state.undelivered.includes(identity)) continue;
    if (!runs && !work.options.admits(id, wanted)) undelivered.push(identity);
    else addRecord(work, id, { type: "called", redelivered: member?.redelivered.has(identity) === true, ...callRef(wanted) });
  }
  return undelivered;
}

/** Those that are wanted now and were not as last committed are among them. All, where more than that decides. */
function callsToLookAt(work: Work, unit: Unit, member: Member | undefined, state: MemberState): ReadonlyMap<string, WantedCall> {
  const all = member === undefined || work.takenOver || state.undelivered.length + state.lateUndos.length > 0;
  return all ? callsOf(unit, state) : differences(member.state.standing.effects, state.standing.effects).after.calls;
}

/** But for the time limits of calls: those the worker keeps that makes the call. */
function timersOf(work: Work, id: string, state: MemberState): { readonly set: TimerToSet[]; readonly clear: string[] } {
  const member = work.family.members.get(id);
  const { wanted, committed } = timersToLookAt(member, state, work.takenOver);
  // One that fired is over, whether or not the state still names it: it must not fire again.
  const fired = work.fired.get(id);
  const set: TimerToSet[] = [];
  for (const { key, delayMs, atMs } of wanted.values()) {
    if (delayMs === null || committed.has(key)) continue;
    set.push(atMs === undefined ? { key, delayMs } : { key, atMs });
  }
  const clear: string[] = [];
  for (const key of committed) if (fired?.has(key) !== true && isGone(wanted.get(key))) clear.push(key);
  for (const key of fired ?? []) if (member?.dueAtMs.has(key) !== false) clear.push(key);
  return { set, clear };
}

/** Those that were taken away when it was set aside, due as they were. What its state still names and was not among them has fired before. */
function timersAnew(
  { family }: Work,
  { id, dueAtMs, state: before }: Member,
  state: MemberState,
): { readonly set: TimerToSet[]; readonly clear: string[] } {
  const due = family.releasing?.dueAtMs.get(id);
  const wanted = state.standing.effects.timers;
  const set: TimerToSet[] = [];
  for (const { key, delayMs, atMs } of wanted.values()) {
    if (delayMs === null) continue;
    const wasDueAtMs = due?.get(key);
    if (wasDueAtMs !== undefined) set.push({ key, atMs: wasDueAtMs });
    else if (due === undefined || !before.standing.effects.timers.has(key))
      set.push(atMs === undefined ? { key, delayMs } : { key, atMs });
  }
  return { set, clear: [...dueAtMs.keys()].filter((key) => isGone(wanted.get(key))) };
}

/** What is wanted now, and which are set: but for what both have alike. Taken over from another worker, with that: an older one set more. */
function timersToLookAt(
  member: Member | undefined,
  state: MemberState,
  takenOver: boolean,
): { readonly wanted: ReadonlyMap<string, WantedTimer>; readonly committed: ReadonlySet<string> } {
  const { effects } = state.standing;
  if (member === undefined) return { wanted: effects.timers, committed: new Set() };
  const was = member.state.standing.effects;
  const { before, after } = takenOver ? { before: was, after: effects } : differences(was, effects);
  const committed = new Set(takenOver ? member.dueAtMs.keys() : []);
  for (const { key, delayMs } of before.timers.values()) if (delayMs !== null) committed.add(key);
  return { wanted: after.timers, committed };
}

function isGone(timer: WantedTimer | undefined): boolean {
  return timer === undefined || timer.delayMs === null;
}

export function envelopeOf(
  unit: Unit,
  state: MemberState,
  correlationId: string,
  root: { readonly id: string; readonly shared: Shared } | null,
  /** Calls that an earlier worker may have made. */
  redelivered: ReadonlySet<string> = new Set(),
): Envelope {
  const { definition, transition, body } = unit;
  const { standing } = state;
  const parked = [...standing.effects.parked];
  for (const [id, note] of root?.shared.notes ?? []) parked.push(...note.parked.map((call) => `${id}/${call}`));
  const tags = root === null ? undefined : tagsOf(unit, state);
  const mayHaveRun = state.undelivered.filter((identity) => redelivered.has(identity));
  return {
    format: ENVELOPE_FORMAT,
    saga: definition.saga,
    version: definition.version,
    planHash: definition.planHash,
    body,
    correlationId,
    state: standing.state,
    undelivered: state.undelivered,
    records: state.records,
    ...(state.retries === 0 ? {} : { retries: state.retries }),
    ...(mayHaveRun.length === 0 ? {} : { mayHaveRun }),
    parked,
    output: transition.output(standing.state) ?? null,
    ...(state.waits.size === 0 ? {} : { waits: Object.fromEntries(state.waits) }),
    ...(state.lateUndos.length === 0 ? {} : { lateUndos: state.lateUndos }),
    ...(Object.keys(state.failures).length === 0 ? {} : { failures: state.failures }),
    ...(root === null || isEmpty(root.shared) ? {} : { family: familyOf(root.shared) }),
    ...(tags === undefined ? {} : { tags }),
  };
}

function isEmpty({ mailbox, incomplete, latched }: Shared): boolean {
  return mailbox.length + incomplete.length + latched.length === 0;
}

function familyOf({ mailbox, incomplete, latched }: Shared): FamilyEnvelope {
  return { mailbox, incomplete, ...(latched.length === 0 ? {} : { latched }) };
}

export function outlookOf(unit: Unit, state: MemberState, conditions: readonly SagaCondition[]): Outlook {
  const told = conditions.length > 0 || unit.transition.statusOf(state.standing.state) !== "running";
  return { ended: !hasWork(state), told, rests: callsOf(unit, state).size === 0 };
}

/** Sorted. `shared`: of a root, on which shows what is the matter with its children. */
export function conditionsOf(state: MemberState, shared: Shared | null): SagaCondition[] {
  const { standing } = state;
  const notes = [...(shared?.notes.values() ?? [])];
  const conditions: SagaCondition[] = [];
  const ended = typeof standing.state.value === "object" && ENDINGS.some((name) => name in (standing.state.value as object));
  if (ended || (isOver(standing.state) && state.lateUndos.length > 0)) conditions.push("ending");
  if (standing.state.context.overdue || notes.some(({ overdue }) => overdue)) conditions.push("overdue");
  if (standing.effects.parked.length > 0 || notes.some(({ parked }) => parked.length > 0)) conditions.push("parked");
  return conditions;
}

/** Whether it waits for an answer that only a worker which holds it can bring; all else comes by a timer or a command. */
function isActive(unit: Unit, state: MemberState): boolean {
  for (const { site } of callsOf(unit, state).values()) if (site.children === undefined) return true;
  return false;
}

export function hasWork(state: MemberState): boolean {
  return !isOver(state.standing.state) || state.lateUndos.length > 0;
}

const ENDINGS = ["afterCompleted", "afterCompensated"];
