import type { Facts } from "../facts.ts";
import { type Seen, seenOf } from "../seen.ts";
import { needsUndo } from "../standing.ts";
import { begun, type Law } from "./law.ts";

export const UNDO_ORDER: Law = {
  name: "undo-order",
  says: "a step is undone when everything that came after it is",
  broken: ({ facts, seen, ...move }) =>
    begun(move, "undo").flatMap(({ step }) =>
      [...facts.after(step)].filter((later) => needsUndo(facts, seen, later)).map((later) => `${step} is undone before ${later}`),
    ),
};

export const UNDONE_ONCE: Law = {
  name: "undone-once",
  says: "what was undone is not undone again, and what never happened is not undone",
  broken: ({ facts: _, seenBefore, ...move }) =>
    begun(move, "undo").flatMap(({ step }) => {
      const { undone } = seenOf(seenBefore, step);
      if (undone === "done" || undone === "skipped") return [`${step} is undone again`];
      return seenOf(move.seen, step).effect === "no" ? [`${step} is undone, and never happened`] : [];
    }),
};

export const UNDONE_IN_ITS_SCOPE: Law = {
  name: "undone-in-its-scope",
  says: "a step is undone when the saga, its try or its branch goes back, and when all of that has ended; the winner of a race stands",
  general: true,
  broken: ({ facts, seen, expected: { standing }, ...move }) =>
    begun(move, "undo")
      .filter(({ step }) => !standing.undoing.has(step) && seenOf(seen, step).undone === "begun")
      .map(({ step }) => `${step} is undone before its time`),
};

export const PROGRAM_ORDER: Law = {
  name: "program-order",
  says: "a step begins when it is come to: all before it on its path have happened, or were gone on without, and only once",
  broken: ({ facts, from, seenBefore, seen, expected: { standing }, ...move }) => {
    const early = begun({ from, ...move }, "forward").flatMap(({ step, id }) => {
      const lived =
        from.calls.some((call) => call.step === step) ||
        from.timers.some(({ call }) => call !== null && facts.calls.includes(call) && facts.call(call).step.name === step);
      const again = seenOf(seenBefore, step).begun && !lived && !from.parked.includes(id);
      if (again) return [`${step} begins again`];
      return seenOf(seenBefore, step).begun || standing.going.has(step) ? [] : tooEarly(facts, seen, step);
    });
    const waits = move.to.waits.filter((id) => !from.waits.includes(id) && !standing.going.has(id));
    return [...early, ...waits.map((id) => `${id} is waited for, and is not come to`)];
  },
};

export const ACCEPTED_ONCE: Law = {
  name: "accepted-once",
  says: "at most one attempt of a step is accepted",
  broken: ({ facts, seen, ...move }) =>
    begun(move, "forward", "inquire")
      .filter(({ step }) => facts.step(step).of !== "rounds" && seenOf(seen, step).effect === "yes")
      .map(({ id }) => `${id} is called, and the step has happened`),
};

export const UNDONE_BEFORE_WHAT_FOLLOWS: Law = {
  name: "undone-before-what-follows",
  says: "the other path of a try begins when what its body did is undone, and what follows a race when what the losers did is",
  broken: ({ facts, seen, seenBefore, ...move }) =>
    begun(move, "forward")
      .filter(({ step }) => !seenOf(seenBefore, step).begun)
      .flatMap(({ step }) =>
        facts
          .follows(step)
          .flatMap((scope) =>
            seen.scopes[scope]?.failed !== true
              ? []
              : facts.doings
                  .filter(({ name }) => facts.within(name).includes(scope) && needsUndo(facts, seen, name))
                  .map(({ name }) => `${step} begins, and ${name} is not undone`),
          ),
      ),
};

export const NO_WAY_BACK: Law = {
  name: "no-way-back-after-the-pivot",
  says: "after the pivot nothing before it runs, nothing is undone, and the saga does not fail; while its outcome is open nothing else begins",
  broken: ({ facts, from, to, seen, seenBefore }) => {
    const fresh = begun({ from, to }, "forward", "inquire", "undo");
    if (seen.pivot === "passed") {
      const wrong = fresh.filter(({ kind, step }) => kind === "undo" || isBefore(facts, step));
      const failed = to.state.context.failure === null ? [] : ["the saga fails after its pivot"];
      return [...wrong.map(({ id }) => `${id} is called after the pivot`), ...failed];
    }
    if (seen.pivot !== "open" && seenBefore.pivot !== "open") return [];
    const open = facts.unit.pivots.find((pivot) => seenOf(seen, pivot).effect === "maybe");
    if (open === undefined) return [];
    return fresh.filter(({ step }) => step !== open).map(({ id }) => `${id} is called while the pivot's outcome is open`);
  },
};

/** A compute changes nothing, and does not say on which side of the pivot it stands, or whether on both. */
function isBefore(facts: Facts, name: string): boolean {
  const { of, zone } = facts.step(name);
  return of !== "compute" && (zone === "before" || zone === "pivot");
}

function tooEarly(facts: Facts, seen: Seen, step: string): string[] {
  if (facts.step(step).of === "compute") return [`${step} begins, and is not come to`];
  const early = [...facts.before(step)].filter((other) => facts.certain.has(other) && !wentOn(seen, other));
  return early.length === 0
    ? [`${step} begins, and is not come to`]
    : early.map((other) => `${step} begins, and ${other} has not happened`);
}

function wentOn(seen: Seen, step: string): boolean {
  const { effect, end } = seenOf(seen, step);
  return effect === "yes" || end === "skipped" || end === "caught" || end === "otherwise";
}
