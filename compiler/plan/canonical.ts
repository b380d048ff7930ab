import { createHash } from "node:crypto";
import type { Plan } from "./plan.ts";

/** A plan as its file holds it: keys sorted, two spaces, a line break at the end. The same plan gives the same bytes everywhere. */
export function planText(plan: Plan): string {
  return `${JSON.stringify(sorted(plan), null, 2)}\n`;
}

/**
 * What tells two plans apart: SHA-256 (hex) over the compact canonical JSON of what the plan does. Where it stands in its source and what is
 * written about it do not count, so that a comment never makes a running saga's plan another one.
 */
export function planHash(plan: Plan): string {
  return createHash("sha256")
    .update(canonicalJson(withoutRemarks(plan)), "utf8")
    .digest("hex");
}

/** JSON with sorted keys and no white space. Takes what JSON can hold. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** Keys by code units. An array's order means something and stays. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  // Entries, not assignments: a key of any name becomes a key.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function withoutRemarks(plan: Plan): unknown {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "doc" && key !== "span")
        .map(([key, inner]) => [key, strip(inner)]),
    );
  };
  const { source: _source, ...rest } = plan;
  return strip(rest);
}
