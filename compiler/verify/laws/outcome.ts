import type { Facts } from "../facts.ts";
import { type Seen, seenOf } from "../seen.ts";
import { needsUndo } from "../standing.ts";
import type { Law } from "./law.ts";

export const ENDED_IS_SETTLED: Law = {
  name: "ended-is-settled",
  says: "a saga that ended is completed or compensated, and wants nothing",
  broken: ({ to }) => {
    if (typeof to.state.value === "string" && to.status === "running") return [`it stands in ${to.state.value}`];
    if (to.status === "running") return [];
    return [
      ...to.calls.map(({ id }) => `${id} is still called`),
      ...to.waits.map((id) => `${id} is still waited for`),
      ...to.parked.map((id) => `${id} is still parked`),
    ];
  },
};

export const IDLE_IS_PARKED: Law = {
  name: "idle-is-parked",
  says: "a saga in which nothing runs, nothing is waited for and nothing is timed waits for a person",
  broken: ({ to }) => {
    const timed = to.timers.some(({ call }) => call !== null);
    const moves = to.calls.length > 0 || to.waits.length > 0 || timed || to.parked.length > 0;
    return to.status === "running" && !moves ? ["nothing moves it on"] : [];
  },
};

export const COMPLETED_IS_WHOLE: Law = {
  name: "completed-is-whole",
  says: "completed: every step that was come to happened, or was gone on without, and nothing was undone but what was given up",
  broken: ({ to, facts, seen }) => {
    if (to.status !== "completed") return [];
    return facts.doings.flatMap(({ name, zone }) => {
      if (zone === "ending" || givenUp(facts, seen, name)) return [];
      const { begun, effect, end, undone } = seenOf(seen, name);
      if (!begun) return facts.certain.has(name) ? [`${name} did not happen`] : [];
      if (undone !== "no") return [`${name} was undone`];
      const without = end === "skipped" || end === "caught" || end === "otherwise";
      if (effect === "yes" || without) return [];
      return [`${name} ${effect === "no" ? "did not happen" : "may not have happened"}`];
    });
  },
};

export const GIVEN_UP_IS_UNDONE: Law = {
  name: "given-up-is-undone",
  says: "what was done in a try that failed, or in a branch that lost a race, is undone when the saga completes",
  broken: ({ to, facts, seen }) => {
    if (to.status !== "completed") return [];
    return facts.doings
      .filter(({ name }) => givenUp(facts, seen, name) && needsUndo(facts, seen, name))
      .map(({ name }) => `${name} stands, and was given up`);
  },
};

export const COMPENSATED_IS_UNDONE: Law = {
  name: "compensated-is-undone",
  says: "compensated: everything that happened, or may have, was undone, or skipped by a person",
  broken: ({ to, facts, seen }) => {
    if (to.status !== "compensated") return [];
    return facts.doings.flatMap(({ name, of, zone }) => {
      const { effect } = seenOf(seen, name);
      // A compute changes nothing: after the end too it may be called.
      if (effect === "no" || of === "compute" || zone === "ending") return [];
      const happened = effect === "yes" ? "happened" : "may have happened";
      if (zone === "pivot" || zone === "after") return [`${name} ${happened}, and is never undone`];
      return needsUndo(facts, seen, name) ? [`${name} ${happened}, and was not undone`] : [];
    });
  },
};

export const ONE_BRANCH_STANDS: Law = {
  name: "one-branch-stands",
  says: "of a race that is over one branch stands at most, and it is the one that won",
  broken: ({ facts, to, seen }) =>
    [...facts.nodes.values()].flatMap((node) => {
      if (node.kind !== "race" || seen.scopes[node.id]?.undo !== "over") return [];
      if (to.status === "compensated") return [];
      const winner = seen.taken[node.id];
      return node.branches
        .filter(({ id }) => id !== winner)
        .flatMap(({ scope }) => facts.doings.filter(({ name }) => scope !== null && facts.within(name).includes(scope)))
        .filter(({ name }) => needsUndo(facts, seen, name))
        .map(({ name }) => `${name} stands, and its branch has lost`);
    }),
};

export const ENDINGS_CHANGE_NOTHING: Law = {
  name: "endings-change-nothing",
  says: "what runs after the end changes no outcome: nothing turns the saga back, and no step of it undoes anything",
  broken: ({ from, to }) => {
    const was = from.ending;
    if (was === null) return [];
    const now = to.status === "running" ? to.ending : to.status;
    const found = now === was ? [] : [`the saga had ${was}, and is ${now ?? "running again"}`];
    const failure = JSON.stringify(from.state.context.failure) === JSON.stringify(to.state.context.failure);
    const undone = to.calls.filter(({ kind }) => kind === "undo").map(({ id }) => `${id} is called after the end`);
    return [...found, ...(failure ? [] : ["another failure is told after the end"]), ...undone];
  },
};

/** Whether it stands in a scope that has failed and was gone on without. */
function givenUp(facts: Facts, seen: Seen, step: string): boolean {
  return facts.within(step).some((scope) => seen.scopes[scope]?.failed === true);
}
