import type { CommandResult, CommitPart, SagaStatus } from "../store/store.ts";
import type { Draft } from "./draft.ts";
import { ENVELOPE_FORMAT } from "./envelope.ts";
import type { Family, Input, Member, Unread } from "./family.ts";
import type { HistoryRecord } from "./history.ts";
import { type Kept, snapshotOf, UNCHANGED } from "./kept.ts";
import { conditionsOf, envelopeOf, hasWork, outlookOf } from "./parts.ts";
import { shownBy, tagsOf } from "./shown.ts";
import { APPLIED, type DraftOptions, refusal } from "./work.ts";

/**
 * The commit that sets one family aside, visible and named: on its root. Timers of its members are cleared, so that they do not fire for
 * ever; their histories keep when they were due, for a release. `message`: `null` if it is set aside already.
 */
export function quarantine(family: Family, inputs: readonly Input[], options: DraftOptions, message: string | null): Draft {
  const { rootId } = family;
  const parts: CommitPart[] = [];
  const kept = new Map<string, Kept>();
  const written = (member: Member): CommitPart["snapshot"] => {
    // What cannot be read, or is not what it should be, is left for whoever looks into it.
    if (family.unreadable !== null || family.releasing !== null) return UNCHANGED;
    const root = member.id === rootId ? { id: rootId, shared: family.shared } : null;
    const envelope = envelopeOf(member.unit, member.state, family.correlationId, root, member.redelivered);
    const outlook = { ...outlookOf(member.unit, member.state, ["quarantined"]), ended: false };
    const log = { added: 1, tail: null, needsSnapshot: false };
    const { snapshot, kept: then } = snapshotOf(envelope, member.kept, options.snapshots, outlook, log);
    kept.set(member.id, then);
    return snapshot;
  };
  if (message !== null) {
    parts.push(rootPart(family, inputs, options, message, written));
    for (const member of family.members.values()) {
      if (member.id === rootId || member.dueAtMs.size === 0) continue;
      parts.push(memberPart(family, member, options, written(member)));
    }
  }
  for (const [id, unread] of family.unread) {
    if (unread.timers.size === 0 || (id === rootId && message !== null)) continue;
    parts.push(unreadPart(family, id, unread, options));
  }
  return { ...asItStands(family), parts, kept, quarantined: true };
}

/**
 * The commit that answers what is asked of a saga that was removed after its end. Whatever else was under way of it is over. `removed`: how it
 * ended.
 */
export function afterRemoval(family: Family, inputs: readonly Input[], options: DraftOptions, removed: SagaStatus): Draft {
  const refused = refusal("RT3010", "the saga has ended, and was removed");
  const commands = inputs.flatMap((input) => ("command" in input ? [input.command] : []));
  const part: CommitPart = {
    lease: options.lease,
    sagaId: family.rootId,
    root: null,
    live: false,
    active: false,
    commitId: options.commitId,
    expectedVersion: family.unread.get(family.rootId)?.version ?? 0,
    snapshot: { whole: "" },
    status: removed,
    conditions: [],
    records: [],
    setTimers: [],
    clearTimers: [],
    consume: commands.map(({ id, position }) => ({ id, position, result: refused })),
  };
  return { ...asItStands(family), parts: commands.length === 0 ? [] : [part] };
}

function asItStands(family: Family): Draft {
  return {
    parts: [],
    quarantined: false,
    records: new Map(),
    released: false,
    alarms: [],
    correlationId: family.correlationId,
    members: new Map(),
    kept: new Map(),
    units: new Map(),
    items: new Map(),
    runs: new Map(),
    cursors: new Map(),
    shared: family.shared,
    latchedCancels: family.latchedCancels,
    touched: new Set(family.members.keys()),
    again: [],
  };
}

function rootPart(
  family: Family,
  inputs: readonly Input[],
  options: DraftOptions,
  message: string,
  written: (root: Member) => CommitPart["snapshot"],
): CommitPart {
  const { rootId } = family;
  const root = family.members.get(rootId);
  const unread = family.unread.get(rootId);
  const start = inputs.find((input) => input.kind === "start");
  const fired = inputs.flatMap((input) => (input.kind === "timer" && input.member === rootId ? [input.key] : []));
  const timers = root?.dueAtMs ?? unread?.timers ?? NONE;
  const { saga } = options.implementation.definition;
  const unbegun = () => JSON.stringify({ format: ENVELOPE_FORMAT, saga, unbegun: start?.command.payload ?? null });
  return {
    lease: options.lease,
    sagaId: rootId,
    root: null,
    live: true,
    active: false,
    commitId: options.commitId,
    expectedVersion: root?.version ?? unread?.version ?? 0,
    snapshot: root !== undefined ? written(root) : unread !== undefined ? UNCHANGED : { whole: unbegun() },
    status: root === undefined ? (unread?.status ?? "running") : root.unit.transition.statusOf(root.state.standing.state),
    conditions: ["quarantined"],
    ...(root === undefined ? {} : { shown: shownBy(root.unit, root.state, tagsOf(root.unit, root.state)) }),
    // Where a release came to nothing, an earlier record says of most.
    records: [quarantined(message, timers.size > 0 || family.releasing === null ? timers : null)],
    setTimers: [],
    clearTimers: [...new Set([...timers.keys(), ...fired])],
    consume: answered(inputs, message),
  };
}

function memberPart(family: Family, member: Member, options: DraftOptions, snapshot: CommitPart["snapshot"]): CommitPart {
  return {
    lease: options.lease,
    sagaId: member.id,
    root: family.rootId,
    live: hasWork(member.state),
    active: false,
    commitId: options.commitId,
    expectedVersion: member.version,
    snapshot,
    status: member.unit.transition.statusOf(member.state.standing.state),
    conditions: conditionsOf(member.state, null),
    records: [quarantined(WITH_FAMILY, member.dueAtMs)],
    setTimers: [],
    clearTimers: [...member.dueAtMs.keys()],
    consume: [],
  };
}

/** Leaves what is stored of a member as it is, but for its timers. */
function unreadPart(
  family: Family,
  id: string,
  { version, status, conditions, timers }: Unread,
  options: DraftOptions,
): CommitPart {
  const isRoot = id === family.rootId;
  return {
    lease: options.lease,
    sagaId: id,
    root: isRoot ? null : family.rootId,
    live: isRoot || status === "running" || conditions.includes("ending"),
    active: false,
    commitId: options.commitId,
    expectedVersion: version,
    snapshot: UNCHANGED,
    status,
    conditions,
    records: [quarantined(WITH_FAMILY, timers)],
    setTimers: [],
    clearTimers: [...timers.keys()],
    consume: [],
  };
}

/** A start has begun it, if not well; a release has not. Everything else waits for one. */
function answered(inputs: readonly Input[], message: string): CommitPart["consume"] {
  return inputs.flatMap((input) => {
    if (input.kind !== "start" && input.kind !== "command") return [];
    const { id, position, kind } = input.command;
    if (kind === "start") return [{ id, position, result: { ...APPLIED, code: "RT3002", message } }];
    return kind === "release" ? [{ id, position, result: stays(message) }] : [];
  });
}

function stays(why: string): CommandResult {
  const shown = why.slice(0, MESSAGE_MAX_CHARS);
  return refusal("RT3011", `it was read anew, and stays set aside: ${shown}. Mend that, then release it again`);
}

/** `timers`: of which the commit takes them away. */
function quarantined(message: string, timers: ReadonlyMap<string, number> | null): string {
  const due = timers === null ? {} : { timers: Object.fromEntries(timers) };
  const record: HistoryRecord = { type: "quarantined", message: message.slice(0, MESSAGE_MAX_CHARS), ...due };
  return JSON.stringify(record);
}

const NONE: ReadonlyMap<string, number> = new Map();
const WITH_FAMILY = "the saga that runs it is set aside";
const MESSAGE_MAX_CHARS = 4_096;
