import { partsOf } from "./expressions.ts";
import type { PlanExpr, PlanLet } from "./plan.ts";

/** What something reads: outputs of steps and children by name, what waits received as `wait case`. */
export interface Reads {
  readonly outputs: ReadonlySet<string>;
  readonly received: ReadonlySet<string>;
}

/** `expressions`: all that is worked out, but for the lets, which count where they are named. */
export function readsOf(expressions: readonly PlanExpr[], lets: readonly PlanLet[]): Reads {
  const outputs = new Set<string>();
  const received = new Set<string>();
  const named = new Map(lets.map(({ name, value }) => [name, value]));
  const pending = [...expressions];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "stepOutput") outputs.add(next.step);
    if (next.kind === "childOutput") outputs.add(next.child);
    if (next.kind === "received") received.add(`${next.wait} ${next.case}`);
    if (next.kind === "let") {
      const value = named.get(next.name);
      named.delete(next.name);
      if (value !== undefined) pending.push(value);
    }
    pending.push(...partsOf(next));
  }
  return { outputs, received };
}
