import type { PlanIf, PlanNode } from "../plan/plan.ts";
import type { Choices } from "./choices.ts";
import { type Facts, idOf } from "./facts.ts";
import { type Draft, learn, learnScope, learnWait, scopeOf } from "./seen.ts";
import { type Silent, standingOf } from "./standing.ts";

/**
 * Takes all that follows by itself from what was seen, as far as the next call, timer, signal or person. Gives the conditions that decided on
 * the way, and were not asked.
 */
export function advance(facts: Facts, seen: Draft, choices: Choices): readonly string[] {
  const unasked: string[] = [];
  for (let moves = 0; moves < TOO_MANY; moves++) {
    const { silent } = standingOf(facts, seen);
    const [first, ...later] = [...silent.filter(isBegin), ...silent.filter((one) => !isBegin(one))];
    if (first === undefined) return unasked;
    if (first.kind === "chooses") choose(seen, choices, first.node, unasked);
    else take(facts, seen, first);
    // Everything that is come to at once begins before anything follows from it.
    for (const one of later) if (one.kind === "begins") take(facts, seen, one);
  }
  throw new Error("the plan goes round in circles");
}

const TOO_MANY = 10_000;

/** The first failure of a scope stays. */
export function fail(seen: Draft, scope: string): void {
  if (scope === "saga") seen.failing = true;
  else if (!scopeOf(seen, scope).failed) learnScope(seen, scope, { failed: true });
}

function isBegin({ kind }: Silent): boolean {
  return kind === "begins";
}

/** The first condition that holds; those behind it are not asked. */
function choose(seen: Draft, choices: Choices, { id, arms }: PlanIf, unasked: string[]): void {
  for (const arm of arms) {
    const condition = `${id}.${arm.id}`;
    if (!choices.wasAsked(condition)) unasked.push(condition);
    if (!choices.holds(condition)) continue;
    seen.taken[id] = arm.id;
    return;
  }
  seen.taken[id] = "$else";
}

function take(facts: Facts, seen: Draft, silent: Exclude<Silent, { readonly kind: "chooses" }>): void {
  switch (silent.kind) {
    case "begins":
      return begin(facts, seen, silent.node);
    case "fails":
      return fail(seen, silent.scope);
    case "wins":
      seen.taken[silent.race.id] = silent.branch;
      for (const { id, scope } of silent.race.branches) if (id !== silent.branch && scope !== null) fail(seen, scope);
      return;
    case "stops":
      if (facts.waits.has(silent.node)) learnWait(seen, silent.node, { end: "stopped", parked: false });
      else learn(seen, silent.node, { end: "stopped" });
      return;
    case "undo":
      return learnScope(seen, silent.scope, { undo: silent.is });
  }
}

function begin(facts: Facts, seen: Draft, node: PlanNode): void {
  const id = idOf(node);
  if (facts.waits.has(id)) learnWait(seen, id, { begun: true });
  else learn(seen, id, { begun: true, runs: true });
}
