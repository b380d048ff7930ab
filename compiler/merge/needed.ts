import type { Plan } from "../plan/plan.ts";
import { type Signature, sameTypes, signatures } from "./signatures.ts";

/**
 * Whether a steps file has to be looked into at all, which loads TypeScript's parser: not where the saga asks for what it asked for at
 * the last build and every operation is at least named in the file. (What this overlooks, the type of `steps` reports.)
 */
export function mergeNeeded(existing: string, plan: Plan, previous: Plan | null): boolean {
  const now = signatures(plan);
  if (previous === null || !sameHandlers(now, signatures(previous))) return true;
  const words = new Set(existing.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  return [...now.values()].some(({ operation }) => !words.has(operation));
}

function sameHandlers(now: ReadonlyMap<string, Signature>, before: ReadonlyMap<string, Signature>): boolean {
  if (now.size !== before.size) return false;
  return [...now].every(([key, signature]) => {
    const old = before.get(key);
    return old !== undefined && sameTypes(old, signature);
  });
}
