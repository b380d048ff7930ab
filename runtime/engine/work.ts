import type { Random } from "../ports/random.ts";
import type { CommandResult, CommitPart, Lease, PendingCommand } from "../store/store.ts";
import type { Failure, SagaEvent } from "./definition.ts";
import type { WantedCall } from "./effects.ts";
import {
  type Cursor,
  childName,
  type Family,
  type Item,
  type MemberState,
  type Note,
  newRun,
  type Run,
  runKey,
  type Shared,
} from "./family.ts";
import { type HistoryRecord, isOfRetries } from "./history.ts";
import type { Implementation, Registry } from "./implement.ts";
import type { SnapshotPolicy } from "./kept.ts";
import { skippedSteps } from "./keys.ts";
import { HISTORY_MAX_RECORDS } from "./limits.ts";
import { SparseMap } from "./sparse.ts";
import { isOver } from "./state.ts";
import { type Decision, type Standing, take } from "./step.ts";
import type { Unit } from "./unit.ts";

export interface DraftOptions {
  readonly lease: Lease;
  readonly commitId: string;
  /** Whether a call that is wanted may be made now. One that may not is left out of the commit: it waits for its turn, or for the next owner. */
  readonly admits: (member: string, wanted: WantedCall) => boolean;
  readonly random: Random;
  /** Of what is taken now, for the time of a failure. */
  readonly nowMs: number;
  /** The same by the clock that never jumps, for the time limits of calls. */
  readonly monotonicMs: number;
  readonly snapshots: SnapshotPolicy;
  readonly implementation: Implementation;
  readonly registry: Registry;
}

/**
 * A draft while it is being worked out: what it changes of a family, laid over the family, which stays as it is. Whatever is read here is
 * read through it.
 */
export interface Work {
  readonly family: Family;
  readonly options: DraftOptions;
  correlationId: string;
  readonly members: Map<string, MemberState>;
  /** Members that begin with this commit. */
  readonly units: SparseMap<Unit>;
  readonly items: SparseMap<Item>;
  readonly runs: SparseMap<Run>;
  readonly cursors: SparseMap<Cursor>;
  shared: Shared;
  latched: readonly PendingCommand[];
  readonly records: Map<string, HistoryRecord[]>;
  /** Of these, what a person should look at: of which saga, at which step. */
  readonly alarms: { readonly saga: string; readonly step: string }[];
  readonly consume: SparseMap<CommitPart["consume"][number][]>;
  /** Timers that fired, by member: over, whether or not the state still names them. */
  readonly fired: SparseMap<Set<string>>;
  /** Parents whose instances are to be looked at. */
  readonly dirty: Set<string>;
  /** First failures of instances that were heard of in this draft, by run. */
  readonly failing: SparseMap<Failure>;
  newWaits: boolean;
  takenOver: boolean;
  /** It was set aside, and goes on: what its members want is set anew. */
  released: boolean;
  /** Instances that were begun or reopened: one commit holds so many and no more. */
  begun: number;
  /** Parents that have more to begin. */
  readonly again: SparseMap<true>;
}

/** A draft needs members that were let go: they are to be read, and it is worked out anew. */
export class MissingMembers extends Error {
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super(`members to be read: ${ids.slice(0, 3).join(", ")}`);
    this.ids = ids;
  }
}

/** Logs of members are to be read, and compared with what is in hand, before a draft writes their snapshots whole. */
export class UncheckedLogs extends Error {
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super(`logs to be checked: ${ids.slice(0, 3).join(", ")}`);
    this.ids = ids;
  }
}

export function newWork(family: Family, options: DraftOptions): Work {
  return {
    family,
    options,
    correlationId: family.correlationId,
    members: new Map(),
    units: new SparseMap(),
    items: new SparseMap(),
    runs: new SparseMap(),
    cursors: new SparseMap(),
    shared: family.shared,
    latched: family.latchedCancels,
    records: new Map(),
    alarms: [],
    consume: new SparseMap(),
    fired: new SparseMap(),
    dirty: new Set(),
    failing: new SparseMap(),
    newWaits: false,
    takenOver: false,
    released: false,
    begun: 0,
    again: new SparseMap(),
  };
}

export function stateOf(work: Work, id: string): MemberState | null {
  return work.members.get(id) ?? work.family.members.get(id)?.state ?? null;
}

/** The same of a member that must be in hand. */
export function standingState(work: Work, id: string): MemberState {
  const state = stateOf(work, id);
  if (state === null) throw new Error(`saga ${id} is not in hand`);
  return state;
}

export function unitOf(work: Work, id: string): Unit {
  const unit = work.units.get(id) ?? work.family.members.get(id)?.unit;
  if (unit === undefined) throw new Error(`saga ${id} is not in hand`);
  return unit;
}

export function itemOf(work: Work, id: string): Item | undefined {
  return work.items.get(id) ?? work.family.items.get(id);
}

export function runOf(work: Work, key: string): Run {
  return work.runs.get(key) ?? work.family.runs.get(key) ?? newRun();
}

/** All members in hand, those that begin now too. */
export function* memberIds(work: Work): Iterable<string> {
  yield* work.family.members.keys();
  for (const id of work.units.keys()) if (!work.family.members.has(id)) yield id;
}

export function addTo<T>(map: Lists<T>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Writes a member's history on. */
export function addRecord(work: Work, id: string, entry: HistoryRecord): void {
  addTo(work.records, id, entry);
  if (entry.type === "alarm") work.alarms.push({ saga: id, step: entry.step });
}

interface Lists<T> {
  get(key: string): T[] | undefined;
  set(key: string, list: T[]): void;
}

export function mark(map: SparseMap<Set<string>>, id: string, key: string): void {
  map.set(id, (map.get(id) ?? new Set()).add(key));
}

/** One event for one member. */
export function apply(work: Work, id: string, event: SagaEvent, cause: (event: SagaEvent) => HistoryRecord): void {
  const timed = { ...event, atMs: work.options.nowMs };
  accept(work, id, take(unitOf(work, id), standingState(work, id).standing, timed, cause(timed)));
}

/** Puts a decision in place, and tells what it means for the rest of the family. */
export function accept(work: Work, id: string, decision: Decision): void {
  const before = stateOf(work, id);
  const { records, state, effects } = decision;
  const standing: Standing = { state, effects };
  for (const entry of records) addRecord(work, id, entry);
  const after: MemberState = {
    standing,
    waits: waitsOf(work, standing, before?.waits ?? NO_WAITS),
    lateUndos: before?.lateUndos ?? [],
    failures: before?.failures ?? {},
    undelivered: before?.undelivered ?? [],
    records: before?.records ?? 0,
    retries: before?.retries ?? 0,
  };
  work.dirty.add(id);
  place(work, id, after);
  if (id !== work.family.rootId) note(work, id, { parked: standing.effects.parked, overdue: standing.state.context.overdue });
}

/** Those that are open now, each with its number in the family. */
function waitsOf(work: Work, { effects }: Standing, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  if (effects.waits.size === 0) return NO_WAITS;
  let { nextWait } = work.shared;
  const waits = new Map<string, number>();
  for (const identity of effects.waits.keys()) {
    const number = before.get(identity);
    waits.set(identity, number ?? nextWait++);
    if (number === undefined) work.newWaits = true;
  }
  if (nextWait !== work.shared.nextWait) work.shared = { ...work.shared, nextWait };
  return waits;
}

const NO_WAITS: ReadonlyMap<string, number> = new Map();

/** Puts a member's state in place; of a child its parent keeps count. */
export function place(work: Work, id: string, after: MemberState): void {
  work.members.set(id, after);
  const name = childName(id);
  if (name !== null) changeItem(work, id, name.parent, runKey(name.parent, name.name, name.entry), after);
}

/** A child went on: its parent counts. */
function changeItem(work: Work, id: string, parent: string, key: string, after: MemberState): void {
  const { state } = after.standing;
  const was = itemOf(work, id);
  const status = unitOf(work, id).transition.statusOf(state);
  const ending = status !== "running" && (!isOver(state) || after.lateUndos.length > 0);
  const { failure } = state.context;
  // What fails is told at once, what ends is counted; anything else is the child's own business.
  if ((failure !== null || status === "compensated") && !work.failing.has(key)) work.failing.set(key, failure ?? NOT_TOLD);
  if (failure !== null && status === "running") work.dirty.add(parent);
  if (was !== undefined && was.status === status && was.ending === ending) return;
  work.dirty.add(parent);
  work.items.set(id, { status, ending });
  if (status === "compensated" && was?.status !== "compensated") {
    const steps = skippedSteps(state.context.steps).map((step) => `${id}/${step}`);
    if (steps.length > 0) work.shared = { ...work.shared, incomplete: [...work.shared.incomplete, ...steps] };
  }
  const run = runOf(work, key);
  const counted = (item: Item | undefined, step: 1 | -1, from: Run): Run =>
    item === undefined
      ? from
      : {
          ...from,
          running: from.running + (item.status === "running" ? step : 0),
          ending: from.ending + (item.ending ? step : 0),
          completed: from.completed + (item.status === "completed" ? step : 0),
        };
  const next = counted({ status, ending }, 1, counted(was, -1, run));
  work.runs.set(key, was === undefined ? { ...next, created: run.created + 1 } : next);
  const working =
    (status === "running" || ending ? 1 : 0) - (was === undefined ? 0 : was.status === "running" || was.ending ? 1 : 0);
  if (working !== 0) work.shared = { ...work.shared, working: work.shared.working + working };
}

const NOT_TOLD: Failure = { name: "Unknown", step: null, summary: "no failure was recorded", data: null };

/** What of a child shows on the root. */
function note(work: Work, id: string, next: Note): void {
  const was = work.shared.notes.get(id);
  const nothing = next.parked.length === 0 && !next.overdue;
  if (was === undefined ? nothing : was.overdue === next.overdue && was.parked.join() === next.parked.join()) return;
  const notes = new Map(work.shared.notes);
  if (nothing) notes.delete(id);
  else notes.set(id, next);
  work.shared = { ...work.shared, notes };
}

export const APPLIED: CommandResult = { status: "applied", code: null, message: null };

export function refusal(code: string, message: string): CommandResult {
  return { status: "refused", code, message };
}

/**
 * Why a saga takes nothing new any more: its history has as many records as it may, without those of its retries. `null`: it does. What ends it is
 * always heard.
 */
export function historyFull(work: Work, id: string): CommandResult | null {
  const state = standingState(work, id);
  const drafted = work.records.get(id) ?? [];
  const records = state.records - state.retries + drafted.filter((record) => !isOfRetries(record)).length;
  if (records < HISTORY_MAX_RECORDS) return null;
  return refusal(
    "RT3008",
    `its history has ${records} records beside those of its retries: it takes no signal and no fresh attempt any more, only what ends it`,
  );
}

/** Its result is written with the part of one member: the one that it changed, or the root. */
export function consume(work: Work, id: string, command: PendingCommand, result: CommandResult): void {
  addTo(work.consume, id, { position: command.position, id: command.id, result });
}
