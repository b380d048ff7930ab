import { createHash } from "node:crypto";
import type { Plan } from "./plan.ts";

/** A plan as its file holds it: keys sorted, two spaces, a line break at the end. The same plan gives the same bytes everywhere. */
export function planText(plan: Plan): string {
  return `${JSON.stringify(sorted(plan), null, 2)}\n`;
}

/**
 * What tells two plans apart: SHA-256 (hex) over the compact canonical JSON of what the plan does. Where it stands in its source and what is
 * written about it do not count, nor do the limits of services: neither a comment nor a rate makes a running saga's plan another one.
 */
export function planHash(plan: Plan): string {
  const { source: _source, services, ...rest } = plan;
  const facts = { ...rest, services: services.map(({ limits: _limits, ...service }) => service) };
  return createHash("sha256").update(canonicalFacts(facts), "utf8").digest("hex");
}

/** JSON with sorted keys and no white space. Takes what JSON can hold. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** The same, without what is only said about it, at any depth: what is written about a part, and where it stands. */
export function canonicalFacts(value: unknown): string {
  return JSON.stringify(sorted(value, REMARKS));
}

/** Keys by code units, but for those that are left out at any depth. An array's order means something and stays. */
function sorted(value: unknown, without: ReadonlySet<string> = NONE): unknown {
  if (Array.isArray(value)) return value.map((each) => sorted(each, without));
  if (typeof value !== "object" || value === null) return value;
  // Without a prototype a key of any name becomes a key.
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) {
    if (!without.has(key)) result[key] = sorted((value as Readonly<Record<string, unknown>>)[key], without);
  }
  return result;
}

const NONE: ReadonlySet<string> = new Set();

const REMARKS: ReadonlySet<string> = new Set(["doc", "span"]);
