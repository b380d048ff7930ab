import type { PlanAwait, PlanForeach, PlanRepeat, PlanSleep, PlanTry } from "../../plan/plan.ts";
import { type ExprScope, type ExprWords, outcomeText } from "../lib/expr-text.ts";

/** `2d`, `by input.departure`; `null`: without a limit. */
export function awaitLimit({ limit }: PlanAwait, words: ExprWords, scope: ExprScope): string | null {
  if (limit === null) return null;
  return limit.kind === "for" ? words.duration(limit.ms, scope) : `by ${words.text(limit.ms, scope)}`;
}

/** `5m`, `until input.departure` */
export function sleepLimit({ limit }: PlanSleep, words: ExprWords, scope: ExprScope): string {
  return limit.kind === "for" ? words.duration(limit.ms, scope) : `until ${words.text(limit.ms, scope)}`;
}

/** `try, timeout 5m` */
export function tryLabel({ timeoutMs }: PlanTry, words: ExprWords, scope: ExprScope): string {
  return timeoutMs === null ? "try" : `try, timeout ${words.duration(timeoutMs, scope)}`;
}

/** `foreach in input.items where item.quantity > 0, max 10, on failure continue` */
export function foreachLabel({ list, where, max, onFailure }: PlanForeach, words: ExprWords, scope: ExprScope): string {
  const clauses = [
    `foreach in ${words.text(list, scope)}${where === null ? "" : ` where ${words.text(where, scope)}`}`,
    ...(max === null ? [] : [`max ${max}`]),
    ...(onFailure === "cancel" ? [] : [`on failure ${onFailure}`]),
  ];
  return clauses.join(", ");
}

/** `repeat max 3 every 1m until found` */
export function repeatLabel({ max, everyMs, until, otherwise }: PlanRepeat, words: ExprWords, scope: ExprScope): string {
  const rounds = max === null ? "" : ` max ${max}`;
  const pause = everyMs === null ? "" : ` every ${words.duration(everyMs, scope)}`;
  const parks = max !== null && otherwise.kind === "park" ? `, otherwise ${outcomeText(otherwise)}` : "";
  return `repeat${rounds}${pause} until ${words.text(until, scope)}${parks}`;
}
