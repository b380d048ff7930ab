import type { Facts } from "./facts.ts";
import { type Draft, learn, seenOf } from "./seen.ts";
import type { Look } from "./wanted.ts";

/** What nothing looks at any more is forgotten, so that states which differ in it alone are one. */
export function forget(facts: Facts, seen: Draft, to: Look): void {
  if (seen.failing && seen.pivot === "open") Object.assign(seen, { pivot: "ahead", latched: false });
  const live = liveCalls(to);
  for (const { name, call, inquire, undo } of facts.doings) {
    const at = seenOf(seen, name);
    const asks = live.has(`${name}.inquire`);
    const goes = live.has(name) || asks;
    if (!goes && (at.attempts > 0 || at.pending !== null)) learn(seen, name, { attempts: 0, pending: null });
    if (at.end !== null && Object.keys(at.refusals).length > 0) learn(seen, name, { refusals: {} });
    if (!asks && at.inquiries > 0) learn(seen, name, { inquiries: 0 });
    if (!goes && !to.parked.includes(name) && at.doubt) learn(seen, name, { doubt: false });
    if (!live.has(`${name}.undo`) && at.undos > 0) learn(seen, name, { undos: 0 });
    if (call.retry.attempts === null && at.attempts > 1) learn(seen, name, { attempts: 1 });
    if (inquire?.retry.attempts === null && at.inquiries > 1) learn(seen, name, { inquiries: 1 });
    const undos = undo.kind === "compensate" ? undo.call.retry.attempts : 0;
    if (undos === null && at.undos > 1) learn(seen, name, { undos: 1 });
  }
}

/** Calls that run, or whose next attempt is waited for. */
export function liveCalls(look: Look): ReadonlySet<string> {
  return new Set([...look.calls.map(({ id }) => id), ...look.timers.flatMap(({ call }) => call ?? [])]);
}
