import { dueAt } from "../store/edge.ts";
import { datedTail } from "./attempts.ts";
import type { Draft } from "./draft.ts";
import { forgetDifferences } from "./effects.ts";
import { type Family, type Input, type Member, newMember } from "./family.ts";
import type { Logger } from "./handlers.ts";
import type { Holding } from "./holding.ts";
import { HISTORY_MAX_RECORDS, HISTORY_WARN_RECORDS } from "./limits.ts";
import { hasWork } from "./parts.ts";
import type { Lookup } from "./sparse.ts";

/** What a draft worked out holds from now on: it was committed, at this time of the store's. */
export function commit(family: Family, written: Draft, atMs: number): void {
  for (const [id, state] of written.members) {
    let member = family.members.get(id);
    if (member === undefined) {
      const unit = written.units.get(id);
      if (unit === undefined) throw new Error(`saga ${id} was committed and is not in hand`);
      member = newMember(id, unit, 0, state);
      family.members.set(id, member);
    }
    member.state = state;
    forgetDifferences(state.standing.effects);
  }
  for (const part of written.parts) {
    const member = family.members.get(part.sagaId);
    if (member === undefined) {
      const { status, conditions } = part;
      family.unread.set(part.sagaId, { version: part.expectedVersion + 1, status, conditions, timers: new Map() });
      continue;
    }
    member.version = part.expectedVersion + 1;
    const kept = written.kept.get(part.sagaId) ?? null;
    member.kept = kept === null || kept.tail === null ? kept : { ...kept, tail: datedTail(kept.tail, atMs) };
    for (const key of part.clearTimers) member.dueAtMs.delete(key);
    for (const timer of part.setTimers) member.dueAtMs.set(timer.key, dueAt(atMs, timer));
  }
  family.beganAtMs ??= atMs;
  putAll(family.items, written.items);
  putAll(family.runs, written.runs);
  putAll(family.cursors, written.cursors);
  family.correlationId = written.correlationId;
  family.shared = written.shared;
  family.latchedCancels = written.latchedCancels;
}

/**
 * What a commit was to a family that is set aside, or was. What is asked of one that is stays in the store: it is left out of what is read there, but
 * for a release. `taken`: the inputs it took.
 */
export function settleAside(holding: Holding, family: Family, written: Draft, taken: readonly Input[]): void {
  family.releasing = null;
  if (written.quarantined) family.quarantined = true;
  if (written.released) {
    family.quarantined = false;
    holding.setAside.delete(family.rootId);
  }
  if (!family.quarantined) return;
  for (const input of taken) {
    if (input.kind !== "command" || input.command.kind === "release") continue;
    holding.taken.delete(input.command.position);
    holding.setAside.add(family.rootId);
  }
}

/** Tells what a person should hear of. Asked before a draft is put in place. */
export function report(log: Logger, family: Family, written: Draft): void {
  for (const { id, records } of grownLong(family, written)) {
    log.warn("a history grows long", { code: "RT3008", saga: id, records, refusesAt: HISTORY_MAX_RECORDS });
  }
  for (const alarm of written.alarms) log.error("an alarm was raised: the saga's history says of what", alarm);
  if (written.quarantined && !family.quarantined) {
    log.error("a saga was quarantined", { saga: family.rootId, records: written.parts[0]?.records });
  }
  if (written.released) log.info("a saga that was quarantined goes on", { saga: family.rootId });
}

/** Members whose history has just become long. */
function grownLong(family: Family, { members }: Draft): readonly { readonly id: string; readonly records: number }[] {
  const long: { readonly id: string; readonly records: number }[] = [];
  for (const [id, { records }] of members) {
    const before = family.members.get(id)?.state.records ?? 0;
    if (records >= HISTORY_WARN_RECORDS && before < HISTORY_WARN_RECORDS) long.push({ id, records });
  }
  return long;
}

/** Lets go of children that have ended: what their parents have to know is counted. Of one that was read again, too. */
export function letGo(family: Family, members: Iterable<Member>): void {
  for (const member of members) {
    if (member.id === family.rootId || hasWork(member.state) || member.running.size > 0) continue;
    family.members.delete(member.id);
  }
}

function putAll<V>(into: Map<string, V>, from: Lookup<V>): void {
  for (const [key, value] of from) into.set(key, value);
}
