import type { CommitPart } from "../store/store.ts";
import type { Draft } from "./draft.ts";
import { ENVELOPE_FORMAT, writeEnvelope } from "./envelope.ts";
import type { Family, Input, Member } from "./family.ts";
import { conditionsOf, envelopeOf, hasWork } from "./parts.ts";
import { APPLIED, type DraftOptions } from "./work.ts";

/**
 * The commit that sets one family aside, visible and named: on its root. Timers of its members are cleared, so that they do not fire for
 * ever; what they want can be read off their states again, should they be released. `message`: `null` if it is set aside already.
 */
export function quarantine(family: Family, inputs: readonly Input[], options: DraftOptions, message: string | null): Draft {
  const { rootId } = family;
  const parts: CommitPart[] = [];
  if (message !== null) {
    parts.push(rootPart(family, inputs, options, message));
    for (const member of family.members.values()) {
      if (member.id !== rootId && member.state.standing.effects.timers.size > 0) parts.push(memberPart(family, member, options));
    }
  }
  return {
    parts,
    quarantined: true,
    correlationId: family.correlationId,
    members: new Map(),
    units: new Map(),
    items: new Map(),
    runs: new Map(),
    cursors: new Map(),
    shared: family.shared,
    latchedCancels: family.latchedCancels,
    rearmed: new Map(),
    touched: new Set(family.members.keys()),
    again: [],
  };
}

function rootPart(family: Family, inputs: readonly Input[], options: DraftOptions, message: string): CommitPart {
  const { rootId } = family;
  const root = family.members.get(rootId);
  const start = inputs.find((input) => input.kind === "start");
  const fired = inputs.flatMap((input) => (input.kind === "timer" && input.member === rootId ? [input.key] : []));
  const { saga } = options.implementation.definition;
  const unbegun = () => JSON.stringify({ format: ENVELOPE_FORMAT, saga, unbegun: start?.command.payload ?? null });
  return {
    lease: options.lease,
    sagaId: rootId,
    root: null,
    live: true,
    active: false,
    commitId: options.commitId,
    expectedVersion: root?.version ?? family.stored?.version ?? 0,
    snapshot: root === undefined ? (family.stored?.snapshot ?? unbegun()) : snapshotOf(family, root),
    status: root === undefined ? "running" : root.unit.transition.statusOf(root.state.standing.state),
    conditions: ["quarantined"],
    records: [JSON.stringify({ type: "quarantined", message: message.slice(0, MESSAGE_MAX_CHARS) })],
    setTimers: [],
    clearTimers: [...new Set([...(root?.state.standing.effects.timers.keys() ?? []), ...(root?.dueAtMs.keys() ?? []), ...fired])],
    consume:
      start === undefined
        ? []
        : [{ position: start.command.position, id: start.command.id, result: { ...APPLIED, code: "RT3002", message } }],
  };
}

function memberPart(family: Family, member: Member, options: DraftOptions): CommitPart {
  return {
    lease: options.lease,
    sagaId: member.id,
    root: family.rootId,
    live: hasWork(member.state),
    active: false,
    commitId: options.commitId,
    expectedVersion: member.version,
    snapshot: snapshotOf(family, member),
    status: member.unit.transition.statusOf(member.state.standing.state),
    conditions: conditionsOf(member.state, null),
    records: [],
    setTimers: [],
    clearTimers: [...member.state.standing.effects.timers.keys()],
    consume: [],
  };
}

function snapshotOf(family: Family, member: Member): string {
  const root = member.id === family.rootId ? { id: member.id, shared: family.shared } : null;
  return writeEnvelope(envelopeOf(member.unit, member.state, family.correlationId, root, member.redelivered));
}

const MESSAGE_MAX_CHARS = 4_096;
