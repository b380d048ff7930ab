import { snapshotText } from "../store/edge.ts";
import type { CommitPart, PendingCommand } from "../store/store.ts";
import { keepResult, settleChildren } from "./children.ts";
import { begin, settleLatched, takeCommand, takeStart } from "./commands.ts";
import type { SagaEvent } from "./definition.ts";
import type { LateUndo } from "./envelope.ts";
import {
  type Cursor,
  callsOf,
  type Family,
  type Input,
  type Item,
  lateIdentity,
  lateLimit,
  type MemberState,
  type Run,
  type Shared,
} from "./family.ts";
import type { HistoryRecord } from "./history.ts";
import type { Kept } from "./kept.ts";
import { recordAt } from "./keys.ts";
import { partsOf } from "./parts.ts";
import { afterRemoval, quarantine } from "./quarantine.ts";
import { settleMailbox } from "./signals.ts";
import type { Lookup } from "./sparse.ts";
import { isOver } from "./state.ts";
import { callRef } from "./step.ts";
import type { Unit } from "./unit.ts";
import {
  APPLIED,
  addRecord,
  apply,
  consume,
  type DraftOptions,
  MissingMembers,
  mark,
  memberIds,
  newWork,
  place,
  standingState,
  stateOf,
  UncheckedLogs,
  unitOf,
  type Work,
} from "./work.ts";

/** One commit of a family, worked out and not yet written. */
export interface Draft {
  /** One for each member that changed; none: there is nothing to write. */
  readonly parts: readonly CommitPart[];
  readonly quarantined: boolean;
  /** What it adds to histories, by member: also attempts that are only counted there. */
  readonly records: ReadonlyMap<string, readonly HistoryRecord[]>;
  /** It was set aside, and goes on. */
  readonly released: boolean;
  /** What a person should look at: of which saga, at which step. */
  readonly alarms: readonly { readonly saga: string; readonly step: string }[];
  /** What holds once it is committed. */
  readonly correlationId: string;
  readonly members: ReadonlyMap<string, MemberState>;
  /** What the store has of their snapshots then, by part. */
  readonly kept: ReadonlyMap<string, Kept>;
  readonly units: Lookup<Unit>;
  readonly items: Lookup<Item>;
  readonly runs: Lookup<Run>;
  readonly cursors: Lookup<Cursor>;
  readonly shared: Shared;
  readonly latchedCancels: readonly PendingCommand[];
  /** Members whose calls may have changed. */
  readonly touched: ReadonlySet<string>;
  /** Members that have more to begin than one commit should hold. */
  readonly again: readonly string[];
}

/**
 * Takes the inputs of one family in order and works out the commit that makes it so; what parents and children say to each other is
 * settled in it. Changes nothing. What throws on the way (a defect, data that no machine of this version made) quarantines this one
 * family: its state stays as committed, its commands stay pending. Throws `MissingMembers` where it needs members that were let go, and
 * `UncheckedLogs` where logs have to be looked at first.
 */
export function draft(family: Family, inputs: readonly Input[], options: DraftOptions): Draft {
  if (family.removed !== null) return afterRemoval(family, inputs, options, family.removed);
  if (family.quarantined && family.releasing === null) return quarantine(family, inputs, options, null);
  if (family.unreadable !== null) return quarantine(family, inputs, options, family.unreadable);
  try {
    return worked(family, inputs, options);
  } catch (error) {
    if (error instanceof MissingMembers || error instanceof UncheckedLogs) throw error;
    return quarantine(family, inputs, options, error instanceof Error ? error.message : String(error));
  }
}

function worked(family: Family, inputs: readonly Input[], options: DraftOptions): Draft {
  const work = newWork(family, options);
  for (const input of inTime(inputs)) {
    takeInput(work, input);
    settle(work);
  }
  if (stateOf(work, family.rootId) === null) throw new Error(`saga ${family.rootId} has nothing to begin with`);
  settleLatched(work);
  for (const [id, state] of work.members) if (isOver(state.standing.state)) keepResult(work, id);
  const { parts, touched, members, kept } = partsOf(work);
  return {
    parts,
    quarantined: false,
    records: work.records,
    released: work.released,
    alarms: work.alarms,
    correlationId: work.correlationId,
    members,
    kept,
    units: work.units,
    items: work.items,
    runs: work.runs,
    cursors: work.cursors,
    shared: work.shared,
    latchedCancels: work.latched,
    touched,
    again: [...work.again.keys()],
  };
}

/** Until parents and children have nothing more to say to each other, and no signal finds a wait. */
function settle(work: Work): void {
  for (let rounds = 0; ; rounds++) {
    if (rounds > SETTLE_MAX) throw new Error("parents and children do not come to rest: a defect of the generated machine");
    const id = first(work.dirty);
    if (id !== null) {
      work.dirty.delete(id);
      settleChildren(work, id);
    } else if (!settleMailbox(work)) return;
  }
}

function first(ids: ReadonlySet<string>): string | null {
  for (const id of ids) return id;
  return null;
}

/** Characters of what it writes. */
export function charsOf({ parts }: Draft): number {
  let chars = 0;
  for (const { snapshot, records } of parts) {
    chars += snapshotText(snapshot).text?.length ?? 0;
    for (const record of records) chars += record.length;
  }
  return chars;
}

/** Commands and timers by their times, whatever order they were noticed in; of two at once the command comes first. */
export function inTime(inputs: readonly Input[]): readonly Input[] {
  if (inputs.length < 2) return inputs;
  const timed = inputs.filter((input) => timeOf(input) !== null);
  if (timed.length < 2) return inputs;
  timed.sort((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0) || Number(a.kind === "timer") - Number(b.kind === "timer"));
  let at = 0;
  return inputs.map((input) => (timeOf(input) === null ? input : (timed[at++] ?? input)));
}

function timeOf(input: Input): number | null {
  if (input.kind === "timer") return input.dueAtMs;
  return input.kind === "command" || input.kind === "start" ? input.command.acceptedAtMs : null;
}

function takeInput(work: Work, input: Input): void {
  switch (input.kind) {
    case "start":
      return takeStart(work, input.command);
    case "command":
      if (input === work.family.releasing?.input && work.family.quarantined) return release(work, input.command);
      fireDueBefore(work, input.command.acceptedAtMs);
      return takeCommand(work, input.command);
    case "answer":
      return takeAnswer(work, input);
    case "timer":
      return takeTimer(work, input.member, input.key, input.dueAtMs);
    case "takeOver":
      return takeOver(work);
    case "continue":
      for (const id of input.members) continueWith(work, id);
      return;
    case "defect":
      throw new Error(input.message);
  }
}

function continueWith(work: Work, id: string): void {
  work.dirty.add(id);
  const state = stateOf(work, id);
  if (state !== null && state.undelivered.length > 0) place(work, id, state);
}

/** What was due before a command was accepted comes before it, also where nobody has looked at the timers yet: after an outage, say. */
function fireDueBefore(work: Work, acceptedAtMs: number): void {
  const due: { readonly id: string; readonly key: string; readonly dueAtMs: number }[] = [];
  for (const [id, member] of work.family.members) {
    for (const [key, dueAtMs] of member.dueAtMs) if (dueAtMs < acceptedAtMs) due.push({ id, key, dueAtMs });
    for (const [key, { dueAtMs, dueMonotonicMs }] of member.limits) {
      if (dueAtMs < acceptedAtMs && dueMonotonicMs <= work.options.monotonicMs) due.push({ id, key, dueAtMs });
    }
  }
  for (const { id, key, dueAtMs } of due.sort((a, b) => a.dueAtMs - b.dueAtMs)) {
    if (work.fired.get(id)?.has(key) === true) continue;
    takeTimer(work, id, key, dueAtMs);
    settle(work);
  }
}

function takeTimer(work: Work, id: string, key: string, dueAtMs: number): void {
  const member = work.family.members.get(id);
  const state = stateOf(work, id);
  // What has ended has cleared its timers: this was read before.
  if (state === null) return;
  const late = state.lateUndos.find((undo) => lateLimit(undo) === key);
  const timer = state.standing.effects.timers.get(key);
  // Older runtimes kept the time limits of calls in the store. Of a call that is made anew here that is not when it is due.
  const limit = late !== undefined || timer?.delayMs === null;
  const isDueAtMs = limit ? member?.limits.get(key)?.dueAtMs : member?.dueAtMs.get(key);
  if (dueAtMs + ROUNDING_MS < (isDueAtMs ?? 0)) return;
  // Read before it was taken away, or the limit of a call that is not made yet.
  if (member !== undefined && isDueAtMs === undefined) return;
  mark(work.fired, id, key);
  if (late !== undefined) return endLate(work, id, late, "it did not answer in time");
  // One that is no longer wanted is only cleared.
  if (timer !== undefined) apply(work, id, timer.event, (event) => ({ type: "timer", timer: key, event }));
}

function takeAnswer(work: Work, { member, identity, call, outcome, event }: Extract<Input, { kind: "answer" }>): void {
  const state = stateOf(work, member);
  // It ended, and was let go before what it still ran answered.
  if (state === null) throw new MissingMembers([member]);
  if (state.standing.effects.calls.has(identity)) {
    apply(work, member, event, (timed) => ({ type: "answered", ...call, outcome, event: timed }));
    return;
  }
  const late = state.lateUndos.find((undo) => lateIdentity(undo.call, undo.entry) === identity);
  if (late !== undefined) {
    const message = "error" in event && event.error !== null && "message" in event.error ? event.error.message : null;
    return endLate(work, member, late, message);
  }
  const answer = "output" in event ? event.output : "error" in event ? event.error : null;
  addRecord(work, member, { type: "late", ...call, outcome, answer });
  if (outcome === "completed" && call.kind === "forward") undoLate(work, member, call.step, call.call, call.entry, answer);
}

/** A compensation that was called once more has ended; `message`: it broke off. */
function endLate(work: Work, id: string, late: LateUndo, message: string | null): void {
  const state = standingState(work, id);
  const wanted = callsOf(unitOf(work, id), state).get(lateIdentity(late.call, late.entry));
  place(work, id, { ...state, lateUndos: state.lateUndos.filter((undo) => undo !== late) });
  if (wanted === undefined) return;
  const call = callRef(wanted);
  addRecord(work, id, { type: "lateUndone", ...call, message });
  if (message !== null) alarm(work, id, call.step, `it answered after its undo, and undoing it once more failed: ${message}`);
}

/**
 * A step succeeded after its undo began: its compensation is called once more, now with the output. Where the saga has ended nothing is
 * called any more, and an alarm names it; also where it was said for certain not to have happened.
 */
function undoLate(work: Work, id: string, step: string, forward: string, entry: number, output: unknown): void {
  const state = standingState(work, id);
  const { calls } = unitOf(work, id).tables;
  const at = calls[forward]?.place;
  const undo = Object.entries(calls).find(([, site]) => site.kind === "undo" && site.step === step);
  if (at === undefined || undo === undefined) return;
  const record = recordAt(state.standing.state.context, at);
  if (record.undo.outcome === "none") {
    if (record.forward.outcome === "failed") alarm(work, id, step, "it succeeded after it was said not to have happened");
    return;
  }
  const root = standingState(work, work.family.rootId);
  if (unitOf(work, work.family.rootId).transition.statusOf(root.standing.state) !== "running") {
    alarm(work, id, step, "it succeeded after its undo, and the saga has ended: its effect may stand");
    return;
  }
  place(work, id, { ...state, lateUndos: [...state.lateUndos, { entry, call: undo[0], output }] });
}

function alarm(work: Work, id: string, step: string, message: string): void {
  addRecord(work, id, { type: "alarm", step, message });
}

/** It goes on as after a crash: what was in flight may have run. */
function release(work: Work, command: PendingCommand): void {
  const { rootId, releasing } = work.family;
  const { by = null, reason = null } = JSON.parse(command.payload) as { readonly by?: string; readonly reason?: string };
  work.released = true;
  addRecord(work, rootId, { type: "released", id: command.id, by, reason });
  if (releasing != null && releasing.unbegun !== null) begin(work, releasing.unbegun);
  else {
    takeOver(work);
    for (const id of memberIds(work)) work.members.set(id, standingState(work, id));
  }
  consume(work, rootId, command, APPLIED);
}

function takeOver(work: Work): void {
  work.takenOver = true;
  for (const id of memberIds(work)) {
    const state = standingState(work, id);
    const { calls } = state.standing.effects;
    const inFlight = [...calls.values()].some(({ site, identity }) => {
      return site.children === undefined && site.compute !== true && !state.undelivered.includes(identity);
    });
    work.dirty.add(id);
    if (state.waits.size > 0) work.newWaits = true;
    const event: SagaEvent = { type: "saga.recovered" };
    if (inFlight) apply(work, id, event, (timed) => ({ type: "recovered", event: timed }));
  }
}

/** Stores keep whole milliseconds, each in its way. */
const ROUNDING_MS = 2;
const SETTLE_MAX = 1_000_000;
