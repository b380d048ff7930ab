import { handlerSites } from "../emit/lib/handlers.ts";
import { typeNames } from "../emit/lib/names.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * Whether a steps file has to be looked into at all, which loads TypeScript's parser: not where the saga is what it was at the
 * last build and every operation is at least named in the file. (What this overlooks, the type of `steps` reports.)
 */
export function mergeNeeded(existing: string, plan: Plan, sameAsBefore: boolean): boolean {
  if (!sameAsBefore) return true;
  const words = new Set(existing.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const operations = handlerSites(plan, typeNames(plan)).flatMap(({ handlers }) => handlers.map((handler) => handler.operation));
  return operations.some((operation) => !words.has(operation));
}
