import { canonicalJson } from "../../plan/canonical.ts";

/** Whether two parts of plans say the same: where they stand and what is written about them does not count. */
export function same(one: unknown, other: unknown): boolean {
  return factsOf(one) === factsOf(other);
}

/** A text that two parts share exactly when they are the same. */
export function factsOf(part: unknown): string {
  return canonicalJson(withoutRemarks(part) ?? null);
}

function withoutRemarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRemarks);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "doc" && key !== "span");
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutRemarks(inner)]));
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

/** For people: `3d`, `none`, `forever`. */
export function shownTime(ms: unknown): string {
  if (ms === null || ms === undefined) return "none";
  if (typeof ms !== "number") return "an expression";
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const;
  const unit = units.find(([, size]) => ms >= size && ms % size === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}
