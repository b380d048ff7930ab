import { createHash } from "node:crypto";
import { canonicalJson } from "../plan/canonical.ts";
import type { Plan } from "../plan/plan.ts";
import { subjectsOf } from "../verify/verify.ts";

/**
 * SHA-256 (hex) of what a snapshot of the saga can look like: the states that its machines want something in, and the records of their contexts.
 * Two emitters that write machines of one shape can take over each other's snapshots. `xstate`: the address of the XState to load them with.
 */
export async function stateShape(plan: Plan, xstate: string): Promise<string> {
  const subjects = await subjectsOf(plan, xstate);
  const shapes = subjects.map(({ machine }) => {
    const { value, context } = machine.initial();
    return { start: value, context: shapeOf(context), effects: machine.tables.effects };
  });
  return createHash("sha256").update(canonicalJson(shapes), "utf8").digest("hex");
}

/** Names and kinds, without values. */
function shapeOf(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "input" ? "input" : shapeOf(inner)]));
}
