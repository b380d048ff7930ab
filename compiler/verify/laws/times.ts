import type { PlanDuration, PlanRetry } from "../../plan/plan.ts";
import type { Facts } from "../facts.ts";
import { UNDO_LIMIT } from "../machine.ts";
import { type Seen, seenOf, waitsNow } from "../seen.ts";
import type { Look, WantedCall, WantedTimer } from "../wanted.ts";
import { type Law, type Move, runs } from "./law.ts";

export const TIME_LIMITS_ARE_KEPT: Law = {
  name: "time-limits-are-kept",
  says: "each call has its time limit, also where a failure tells it to abort; when it is over it has a second to settle; each pause is within its bounds; the deadline stands",
  broken: ({ facts, from, to, happening, seen, expected: { standing } }) => [
    ...to.calls.flatMap((call) => wrongLimit(facts, from, to, happening, call)),
    ...to.timers.flatMap((timer) => wrongPause(facts, to, timer, seen)),
    ...lostDeadline(facts, to),
    ...(standing.phase === "backward" ? lostUndoLimit(facts, to) : []),
    ...skippedGrace(facts, from, to, happening),
  ],
};

export const WAITS_END_IN_TIME: Law = {
  name: "waits-end-in-time",
  says: "a wait, a sleep and a try have the limit that is written, for as long as they last, and no other",
  broken: ({ facts, to, seen }) => [
    ...[...facts.waits].flatMap(([id, node]) => {
      const timers = to.timers.filter(({ call }) => call === id).length;
      const wanted = waitsNow(seen, id) && to.waits.includes(id) && node.limit !== null ? 1 : 0;
      return timers === wanted ? [] : [`${id} has ${timers === 0 ? "no limit" : "a limit too many"}`];
    }),
    ...[...facts.nodes.values()].flatMap((node) => {
      if (node.kind !== "try" || node.timeoutMs === null || seen.failing) return [];
      const { failed, undo } = seen.scopes[node.id] ?? { failed: true, undo: "over" };
      const inside = to.calls.some(({ step, kind }) => kind !== "undo" && facts.within(step).includes(node.id));
      const limited = to.timers.some(({ call }) => call === node.id);
      if (undo !== "no") return limited ? [`the time of ${node.id} goes on while it is undone`] : [];
      if (failed && limited) return [`the time of ${node.id} goes on although it has failed`];
      return inside && !failed && !limited ? [`${node.id} has no time limit`] : [];
    }),
  ],
};

const GRACE_MS = 1000;

function wrongLimit(facts: Facts, from: Look, to: Look, happening: Move["happening"], call: WantedCall): string[] {
  const limits = limitsOf(to, call);
  // What runs as instances of its own has time limits of its own.
  if (facts.step(call.step).of !== "step") return limits.length === 0 ? [] : [`${call.id} has a time limit of its own`];
  const [limit] = limits;
  if (limit === undefined || limits.length > 1)
    return [`${call.id} has ${limits.length === 0 ? "no time limit" : "several time limits"}`];
  // Nothing but the end of its time takes a call from the limit that it begins with to its second.
  const before = from.calls.some(({ identity }) => identity === call.identity) ? limitsOf(from, call)[0] : undefined;
  const over = before !== undefined && happening.kind === "due" && happening.key === before.key;
  const settling = over || before?.key === `${call.id}.grace#${call.entry}`;
  const limitMs = settling ? GRACE_MS : facts.call(call.id).call.timeoutMs;
  const anew = before !== undefined && !over && before.key !== limit.key;
  const right = lasts(limit.delayMs, limitMs) && !anew;
  return right ? [] : [`the time limit of ${call.id} is ${limit.delayMs} ms, not ${limitMs}`];
}

function limitsOf({ timers }: Look, { id }: WantedCall): WantedTimer[] {
  return timers.filter(({ call }) => call === id);
}

/** What is worked out from data, which is free, may be anything but less than nothing. */
function lasts(delayMs: number, written: PlanDuration): boolean {
  return typeof written === "number" ? delayMs === written : delayMs >= 0;
}

function wrongPause(facts: Facts, look: Look, timer: WantedTimer, seen: Seen): string[] {
  if (timer.call === null || !facts.calls.includes(timer.call) || runs(look, timer.call)) return [];
  const { kind, step, call } = facts.call(timer.call);
  // The pause between rounds is an expression.
  if (step.of === "rounds") return timer.delayMs >= 0 ? [] : [`the pause before the next round of ${step.name} is negative`];
  const { attempts, inquiries, undos, refusals } = seenOf(seen, step.name);
  const policy = step.policies.find(({ error, retry }) => retry !== null && timer.key.startsWith(`${step.name}.${error}.`));
  const retry: PlanRetry = policy?.retry ?? call.retry;
  const count =
    policy === undefined ? { forward: attempts, inquire: inquiries, undo: undos }[kind] : (refusals[policy.error] ?? 0);
  const { backoffMinMs, backoffMaxMs } = retry;
  // What is worked out from data, which is free, is no less than nothing.
  if (typeof backoffMinMs !== "number" || typeof backoffMaxMs !== "number")
    return timer.delayMs >= 0 ? [] : [`the pause before the next attempt of ${timer.call} is negative`];
  const upToMs =
    retry.attempts === null ? backoffMaxMs : Math.max(backoffMinMs, Math.min(backoffMaxMs, backoffMinMs * 2 ** count));
  const fits = timer.delayMs >= backoffMinMs && timer.delayMs <= upToMs;
  return fits
    ? []
    : [`the pause before the next attempt of ${timer.call} is ${timer.delayMs} ms, not within ${backoffMinMs} to ${upToMs}`];
}

function lostDeadline({ unit }: Facts, look: Look): string[] {
  if (look.status !== "running" || look.ending !== null) return [];
  const { overdue, latched, failure } = look.state.context;
  if (overdue || latched === "DeadlinePassed" || failure?.name === "DeadlinePassed") return [];
  const deadline = look.timers.find(({ call, key }) => call === null && key !== UNDO_LIMIT);
  if (unit.timeoutMs === null) return deadline === undefined ? [] : ["what is stopped from outside has a deadline"];
  if (deadline === undefined) return ["the saga has no deadline"];
  return lasts(deadline.delayMs, unit.timeoutMs) ? [] : [`the deadline is ${deadline.delayMs} ms, not ${unit.timeoutMs}`];
}

function lostUndoLimit({ plan, body }: Facts, look: Look): string[] {
  if (look.status !== "running" || look.state.context.overdue || body !== null) return [];
  const limit = look.timers.find(({ call, key }) => call === null && key === UNDO_LIMIT);
  if (limit === undefined) return ["undoing has no time limit"];
  return lasts(limit.delayMs, plan.undoWithinMs) ? [] : [`the time for undoing is ${limit.delayMs} ms, not ${plan.undoWithinMs}`];
}

/** Whose time is up is told to abort, and its answer is waited for a little longer. */
function skippedGrace(facts: Facts, from: Look, to: Look, happening: Move["happening"]): string[] {
  if (happening.kind !== "due" || happening.call === null) return [];
  const call = from.calls.find(({ id }) => id === happening.call);
  const isOver = happening.key.startsWith(`${happening.call}.grace#`);
  if (call === undefined || isOver || facts.step(call.step).of !== "step") return [];
  const told = to.calls.some(({ identity, abort }) => identity === call.identity && abort);
  return told ? [] : [`${call.id} is not told to abort when its time is up`];
}
