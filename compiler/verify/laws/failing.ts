import type { Facts } from "../facts.ts";
import { anyRecordAt, type ScopeRecord } from "../machine.ts";
import { stoppedIn } from "../seen.ts";
import { standingOf } from "../standing.ts";
import { begun, type Law, runs, sameState, stopped } from "./law.ts";

export const GOES_BACK_FOR_A_REASON: Law = {
  name: "goes-back-for-a-reason",
  says: "the saga goes back at a refusal, spent attempts, a cancel or its deadline, at once, and for nothing else; the first failure stays",
  broken: ({ from, to, expected }) => {
    const before = from.state.context.failure;
    const { failure } = to.state.context;
    if (before !== null) return JSON.stringify(before) === JSON.stringify(failure) ? [] : ["the first failure is forgotten"];
    if (expected.goesBack) return failure === null ? ["the saga does not go back"] : [];
    return failure === null ? [] : [`the saga goes back (${failure.name}) without a reason`];
  },
};

export const SCOPES_FAIL_FOR_A_REASON: Law = {
  name: "scopes-fail-for-a-reason",
  says: "a try, or a branch that fails alone, fails when something in it does, its time is over or its race is lost, and for nothing else; the first failure stays",
  broken: ({ facts, from, to, seen, seenBefore }) =>
    [...facts.scopes.values()].flatMap(({ id, place }) => {
      const record = anyRecordAt(to.state.context, place) as ScopeRecord | undefined;
      if (record === undefined || seenBefore.failing) return [];
      const before = (anyRecordAt(from.state.context, place) as ScopeRecord | undefined)?.failure ?? null;
      if (before !== null) {
        return JSON.stringify(before) === JSON.stringify(record.failure) ? [] : [`the first failure of ${id} is forgotten`];
      }
      const fails = seen.scopes[id]?.failed === true;
      if (fails === (record.failure !== null)) return [];
      return [fails ? `${id} does not fail` : `${id} fails (${record.failure?.name}) without a reason`];
    }),
};

export const FAILING_STOPS_AT_ONCE: Law = {
  name: "failing-stops-at-once",
  says: "once the saga goes back, or a scope of it, no step and no attempt of it begins, what runs is told to abort, and nothing is waited for",
  broken: ({ facts, from, to, seen, seenBefore }) => {
    if (to.status !== "running") return [];
    const inFailed = (step: string): boolean => stoppedIn(seen, facts.step(step));
    const fresh = begun({ from, to }, "forward").filter(({ step }) => stoppedIn(seenBefore, facts.step(step)));
    const ran = to.calls.filter(({ kind, abort, step }) => {
      const { zone, of } = facts.step(step);
      return kind === "forward" && !abort && zone !== "pivot" && of !== "compute" && inFailed(step);
    });
    const pauses = to.timers.filter(
      ({ call }) => call !== null && !runs(to, call) && isForward(facts, call) && stopped(facts, seen, call),
    );
    return [
      ...fresh.map(({ id }) => `${id} is called`),
      ...ran.map(({ id }) => `${id} is not told to abort`),
      ...pauses.map(({ call }) => `another attempt of ${call} is waited for`),
      ...to.waits.filter((id) => stopped(facts, seen, id)).map((id) => `${id} is still waited for`),
    ];
  },
};

export const UNDO_IS_NOT_INTERRUPTED: Law = {
  name: "undo-is-not-interrupted",
  says: "no failure, cancel or deadline stops an undo, that of a try or a race neither, and none runs beside the way forward of what it undoes",
  broken: ({ from, to, happening, seen }) => {
    const inner = Object.values(seen.scopes).some(({ undo }) => undo === "begun");
    const mixed = !inner && to.calls.some(({ kind }) => kind === "undo") && to.calls.some(({ kind }) => kind !== "undo");
    const answered = happening.kind === "answers" || happening.kind === "due" ? happening.call : null;
    const interrupted =
      happening.kind === "cancel" || happening.kind === "refuses" || (happening.kind === "due" && happening.call === null);
    const stoppedUndos = from.calls.filter(({ id, kind, identity, abort }) => {
      const now = to.calls.find((call) => call.identity === identity);
      const touched = interrupted || (answered !== null && answered !== id && !id.startsWith(`${answered}.`));
      return kind === "undo" && touched && (now === undefined || now.abort !== abort);
    });
    return [...(mixed ? ["a step is called while others are undone"] : []), ...stoppedUndos.map(({ id }) => `${id} is stopped`)];
  },
};

export const INTERRUPTIONS: Law = {
  name: "interruptions",
  says: "a cancel that comes too late changes nothing, one that comes while the pivot is open waits for it; a deadline is never lost",
  broken: ({ facts, from, to, happening, seenBefore, seen }) => {
    if (happening.kind === "due" && happening.call === null) {
      return to.timers.some(({ key }) => key === happening.key) ? ["the deadline is not heard"] : [];
    }
    if (happening.kind !== "cancel") return [];
    const { pivot, failing } = seenBefore;
    const late = pivot === "passed" || failing || standingOf(facts, seenBefore).phase !== "forward";
    if (late) return sameState(from, to) ? [] : ["a cancel that comes too late changes the saga"];
    if (pivot !== "open") return [];
    if (to.state.context.latched === null || !seen.latched) return ["the cancel is forgotten"];
    const same = from.calls.every(({ identity, abort }) =>
      to.calls.some((call) => call.identity === identity && call.abort === abort),
    );
    return same && from.calls.length === to.calls.length ? [] : ["the cancel interferes with the pivot"];
  },
};

function isForward(facts: Facts, call: string): boolean {
  return facts.calls.includes(call) && facts.call(call).kind === "forward";
}
