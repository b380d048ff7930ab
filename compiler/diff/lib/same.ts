import { canonicalFacts } from "../../plan/canonical.ts";
import type { PlanOutcome } from "../../plan/plan.ts";
import { durationText } from "../../source/duration-text.ts";

/** Whether two parts of plans say the same: where they stand and what is written about them does not count. */
export function same(one: unknown, other: unknown): boolean {
  return factsOf(one) === factsOf(other);
}

/** A text that two parts share exactly when they are the same. */
export function factsOf(part: unknown): string {
  return canonicalFacts(part ?? null);
}

/** What an outcome says itself: what stands in a block is told by other rules. */
export function outcomeFacts(outcome: PlanOutcome): PlanOutcome | "block" {
  return outcome.kind === "block" ? "block" : outcome;
}

/** Pairs by a key, and what only one side has; each in the order of its own side. */
export function match<One>(
  before: readonly One[],
  after: readonly One[],
  keyOf: (one: One) => string,
): { readonly both: readonly (readonly [One, One])[]; readonly removed: readonly One[]; readonly added: readonly One[] } {
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const now = new Map(after.map((one) => [keyOf(one), one]));
  return {
    both: after.flatMap((one) => {
      const known = old.get(keyOf(one));
      return known === undefined ? [] : [[known, one] as const];
    }),
    removed: before.filter((one) => !now.has(keyOf(one))),
    added: after.filter((one) => !old.has(keyOf(one))),
  };
}

/** For people: `3d`, `none`, `an expression`. */
export function shownTime(ms: unknown): string {
  if (ms === null || ms === undefined) return "none";
  return typeof ms === "number" ? durationText(ms) : "an expression";
}
