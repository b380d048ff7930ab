import { partsOf } from "./expressions.ts";
import type { PlanExpr, PlanOutput, PlanStep } from "./plan.ts";

/** The steps whose output something reads: a later step, a compensation (its own too), an inquiry, or the saga's output. */
export function liveOutputs(steps: readonly PlanStep[], output: PlanOutput | null): ReadonlySet<string> {
  const read = new Set<string>();
  if (output !== null) collectReads(output.value, read);
  for (const step of steps) {
    collectReads(step.call.input, read);
    if (step.inquire !== null) collectReads(step.inquire.input, read);
    if (step.undo.kind === "compensate") collectReads(step.undo.call.input, read);
  }
  return read;
}

function collectReads(expression: PlanExpr, read: Set<string>): void {
  if (expression.kind === "stepOutput") read.add(expression.step);
  for (const part of partsOf(expression)) collectReads(part, read);
}
