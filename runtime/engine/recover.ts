import { rootOf } from "../store/partition.ts";
import type { StoredChild, StoredRecord, StoredSaga, StoredSnapshot } from "../store/store.ts";
import { tailLength, tailOf } from "./attempts.ts";
import { effectsOf } from "./effects.ts";
import { checkedEnvelope, type Envelope } from "./envelope.ts";
import {
  callsOf,
  childName,
  type Family,
  type Member,
  type MemberState,
  newMember,
  newRun,
  type Releasing,
  runKey,
} from "./family.ts";
import type { HistoryRecord } from "./history.ts";
import { type Implementation, nameOf, type Registry } from "./implement.ts";
import { keptOf } from "./kept.ts";
import { firstDifference } from "./limits.ts";
import { foldedEnvelope, lastWritten, ledByLog } from "./logged.ts";
import { bytesOf } from "./signals.ts";
import { hasChildren, type Unit } from "./unit.ts";

/** What reading a family needs of the store. */
export interface Reader {
  /** One saga, however long the store is away; `"lost"`: nobody wants it any more. */
  load(sagaId: string): Promise<StoredSaga | null | "lost">;
  children(rootId: string): Promise<readonly StoredChild[] | "lost">;
  /** The records that lead on from a snapshot, as far as they are there. */
  log(sagaId: string, log: StoredSnapshot["log"]): Promise<readonly StoredRecord[] | "lost">;
  /** The last records of a log that has so many, at most `limit`; none where it has more or fewer. */
  tail(sagaId: string, records: number, limit: number): Promise<readonly StoredRecord[] | "lost">;
  /** All that come after so many. */
  since(sagaId: string, after: number): Promise<readonly StoredRecord[] | "lost">;
}

/**
 * Reads a family as it was left: its root, the list of its children once, and of these the ones that have work. `lost` and `absent` mean
 * what they say. What cannot be read makes the family `unreadable`: the draft of whatever comes next sets it aside.
 */
export async function readFamily(
  family: Family,
  implementation: Implementation,
  registry: Registry,
  reader: Reader,
): Promise<"read" | "absent" | "lost"> {
  const stored = await reader.load(family.rootId);
  if (stored === "lost") return "lost";
  if (stored === null) return "absent";
  family.removed = stored.removed ? stored.status : null;
  family.quarantined = stored.conditions.includes("quarantined");
  family.beganAtMs = stored.createdAtMs;
  const left = family.quarantined && family.releasing === null;
  if (family.quarantined || stored.removed) leaveUnread(family, stored);
  if (stored.removed) return "read";
  if (family.releasing !== null) {
    family.releasing.unbegun = unbegunOf(stored.snapshot);
    if (family.releasing.unbegun !== null) return "read";
  }
  const root = left ? null : await install(family, implementation.unit, stored, registry, reader);
  if (root === "lost") return "lost";
  if (root !== null && !hasChildren(root.unit)) return "read";
  const children = await reader.children(family.rootId);
  if (children === "lost") return "lost";
  const working = children.filter(hasWork).map(({ sagaId }) => sagaId);
  if (root === null) return (await leaveAllUnread(family, working, reader)) ? "read" : "lost";
  for (const child of children) countChild(family, child);
  return (await readMembers(family, working, registry, reader)) ? "read" : "lost";
}

/** Of a family that is set aside, or will be: what is there of these. Their timers have to be taken away. */
async function leaveAllUnread(family: Family, ids: readonly string[], reader: Reader): Promise<boolean> {
  return eachOf(ids, async (id) => {
    const stored = await reader.load(id);
    if (stored === "lost") return false;
    if (stored !== null) leaveUnread(family, stored);
    return true;
  });
}

function leaveUnread(family: Family, { sagaId, version, status, conditions, timers }: StoredSaga): void {
  family.unread.set(sagaId, { version, status, conditions, timers: new Map(timers.map(({ key, dueAtMs }) => [key, dueAtMs])) });
}

/** Reads members of a family that are not in hand, a few at a time. */
export async function readMembers(family: Family, ids: readonly string[], registry: Registry, reader: Reader): Promise<boolean> {
  return eachOf(
    ids.filter((id) => !family.members.has(id)),
    async (id) => {
      const stored = await reader.load(id);
      if (stored === "lost") return false;
      if (stored !== null) return (await install(family, null, stored, registry, reader)) !== "lost";
      family.unreadable ??= `its child ${id} is gone`;
      return true;
    },
  );
}

/** Reads each, a few at a time. False: one of them is nobody's here any more. */
async function eachOf(ids: readonly string[], read: (id: string) => Promise<boolean>): Promise<boolean> {
  const queue = ids.toReversed();
  let lost = false;
  const work = async (): Promise<void> => {
    for (let id = queue.pop(); id !== undefined && !lost; id = queue.pop()) if (!(await read(id))) lost = true;
  };
  await Promise.all(Array.from({ length: Math.min(ids.length, READS_AT_ONCE) }, work));
  return !lost;
}

/** `null` where its snapshot cannot be read. */
async function install(
  family: Family,
  known: Unit | null,
  stored: StoredSaga,
  registry: Registry,
  reader: Reader,
): Promise<Member | null | "lost"> {
  const records = await reader.log(stored.sagaId, stored.snapshot.log);
  if (records === "lost") return "lost";
  try {
    const written = lastWritten(stored.snapshot, stored.sagaId);
    const unit = known ?? unitNamed(written, stored.sagaId, registry);
    checkedEnvelope(written, stored.sagaId, unit.definition);
    const led = ledByLog(written, stored.snapshot.log, stored.sagaId, unit.transition, records);
    const { counted } = led;
    const envelope =
      family.releasing === null
        ? led.envelope
        : await aside(family.releasing, stored, led.envelope, written.records ?? 0, reader);
    if (envelope === "lost") return "lost";
    const member = newMember(stored.sagaId, unit, stored.version, stateFrom(unit, envelope));
    const { timers } = member.state.standing.effects;
    const wanted = tailLength(timers.keys());
    const last = wanted === 0 ? [] : await reader.tail(stored.sagaId, member.state.records, wanted);
    if (last === "lost") return "lost";
    member.kept = keptOf(envelope, stored.snapshot, counted, tailOf(last, timers.keys()));
    for (const { key, dueAtMs } of stored.timers) member.dueAtMs.set(key, dueAtMs);
    for (const identity of callsOf(unit, member.state).keys()) {
      if (!envelope.undelivered.includes(identity) || envelope.mayHaveRun?.includes(identity) === true)
        member.redelivered.add(identity);
    }
    // Its next commit writes it whole: what was written meanwhile may not have counted its log.
    if (family.releasing !== null) member.kept = null;
    family.members.set(member.id, member);
    share(family, member, envelope);
    return member;
  } catch (error) {
    family.unreadable ??= error instanceof Error ? error.message : String(error);
    leaveUnread(family, stored);
    return null;
  }
}

/**
 * What the log says of a member's being set aside: when its timers were due, and how long it is by now. `counted`: as many as
 * its snapshot was written with.
 */
async function aside(
  { dueAtMs }: Releasing,
  { sagaId, timers }: StoredSaga,
  envelope: Envelope,
  counted: number,
  reader: Reader,
): Promise<Envelope | "lost"> {
  const since = await reader.since(sagaId, counted);
  if (since === "lost") return "lost";
  let due: Map<string, number> | null = null;
  for (const { record: text } of since) {
    const record = JSON.parse(text) as HistoryRecord;
    if (record.type !== "quarantined" || record.timers === undefined) continue;
    due ??= new Map();
    for (const [key, atMs] of Object.entries(record.timers)) due.set(key, atMs);
  }
  // Its root tells whether whoever set it aside wrote down what was due.
  if (due !== null || dueAtMs.has(rootOf(sagaId))) {
    dueAtMs.set(sagaId, new Map([...(due ?? []), ...timers.map(({ key, dueAtMs: atMs }) => [key, atMs] as const)]));
  }
  return { ...envelope, records: counted + since.length };
}

/** What a saga was to begin with that was set aside at its start. */
function unbegunOf({ whole }: StoredSnapshot): string | null {
  try {
    const { unbegun } = JSON.parse(whole) as { readonly unbegun?: unknown };
    return typeof unbegun === "string" ? unbegun : null;
  } catch {
    return null;
  }
}

/**
 * Reads the logs of members, whose snapshots were not written for long: what they lead to must be what is in hand. A difference makes the family
 * `unreadable`, and what is stored stays as it is.
 */
export async function checkLogs(family: Family, ids: readonly string[], reader: Reader): Promise<boolean> {
  return eachOf(ids, async (id) => {
    const member = family.members.get(id);
    if (member === undefined || member.kept === null) return true;
    const { kept } = member;
    const stored = await reader.load(id);
    if (stored === "lost") return false;
    // Somebody else wrote: the commit will find that, too.
    if (stored !== null && stored.version === member.version) {
      const records = await reader.log(id, stored.snapshot.log);
      if (records === "lost") return false;
      const why = differenceOf(member, kept.envelope, stored, records);
      if (why !== null) family.unreadable ??= why;
    }
    member.kept = { ...kept, checked: true };
    return true;
  });
}

function differenceOf(
  { unit }: Member,
  inHand: Envelope,
  { sagaId, snapshot }: StoredSaga,
  records: readonly StoredRecord[],
): string | null {
  try {
    const folded = JSON.stringify(foldedEnvelope(snapshot, sagaId, unit.transition, records));
    const kept = JSON.stringify(inHand);
    if (folded === kept) return null;
    const where = firstDifference(JSON.parse(folded), JSON.parse(kept)) ?? "the order of its keys";
    return `the log of saga "${sagaId}" leads elsewhere than to where it stands: they differ at ${where}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function unitNamed(envelope: Envelope, sagaId: string, registry: Registry): Unit {
  const implementation = registry.get(nameOf(envelope));
  const unit = envelope.body === null ? implementation?.unit : implementation?.bodies.get(envelope.body);
  if (unit === undefined) throw new Error(`nothing here runs ${nameOf(envelope)} ${envelope.body ?? ""} of saga "${sagaId}"`);
  return unit;
}

function stateFrom(unit: Unit, envelope: Envelope): MemberState {
  const effects = effectsOf(unit.tables, envelope.state);
  return {
    standing: { state: envelope.state, effects },
    waits: new Map(Object.entries(envelope.waits ?? {})),
    lateUndos: envelope.lateUndos ?? [],
    failures: envelope.failures ?? {},
    undelivered: envelope.undelivered,
    records: envelope.records ?? 0,
    retries: envelope.retries ?? 0,
  };
}

/** What the family has in common, as far as this member tells of it. */
function share(family: Family, { id, state }: Member, envelope: Envelope): void {
  const { shared } = family;
  const nextWait = Math.max(shared.nextWait, ...[...state.waits.values()].map((number) => number + 1));
  if (id === family.rootId) {
    const { mailbox = [], incomplete = [], latched = [] } = envelope.family ?? {};
    family.correlationId = envelope.correlationId;
    const mailboxBytes = mailbox.reduce((sum, kept) => sum + bytesOf(kept), 0);
    family.shared = { ...shared, mailbox, mailboxBytes, incomplete, latched, nextWait };
    return;
  }
  const { parked } = state.standing.effects;
  const { overdue } = state.standing.state.context;
  const notes = parked.length > 0 || overdue ? new Map(shared.notes).set(id, { parked, overdue }) : shared.notes;
  family.shared = { ...shared, nextWait, notes };
}

function countChild(family: Family, child: StoredChild): void {
  const name = childName(child.sagaId);
  if (name === null || rootOf(child.sagaId) !== family.rootId) return;
  const ending = child.status !== "running" && child.conditions.includes("ending");
  family.items.set(child.sagaId, { status: child.status, ending });
  const key = runKey(name.parent, name.name, name.entry);
  const run = family.runs.get(key) ?? newRun();
  family.runs.set(key, {
    ...run,
    created: Math.max(run.created, name.index + 1),
    running: run.running + (child.status === "running" ? 1 : 0),
    ending: run.ending + (ending ? 1 : 0),
    completed: run.completed + (child.status === "completed" ? 1 : 0),
  });
  if (hasWork(child)) family.shared = { ...family.shared, working: family.shared.working + 1 };
}

function hasWork({ status, conditions }: StoredChild): boolean {
  return status === "running" || conditions.includes("ending");
}

const READS_AT_ONCE = 32;
