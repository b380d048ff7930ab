import type { Plan, PlanCall, PlanField, PlanStep } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";

/** One use of an operation: a call of a step, and what it answers. */
export interface Use {
  readonly step: PlanStep;
  readonly role: "forward" | "inquire" | "undo";
  readonly call: PlanCall;
  /** `payments.authorizePayment` */
  readonly operation: string;
  readonly output: readonly PlanField[];
  readonly throws: readonly string[];
}

/** Every call of every step, in source order. */
export function usesOf(plan: Plan): readonly Use[] {
  return stepsOf(plan).flatMap((step) => {
    const use = (role: Use["role"], call: PlanCall): Use => ({
      step,
      role,
      call,
      operation: `${call.service}.${call.operation}`,
      output: role === "undo" ? [] : step.output,
      throws: role === "forward" ? step.throws : [],
    });
    return [
      use("forward", step.call),
      ...(step.inquire === null ? [] : [use("inquire", step.inquire)]),
      ...(step.undo.kind === "compensate" ? [use("undo", step.undo.call)] : []),
    ];
  });
}

/** Each use as it is beside one that was, of the same operation: that of the same step, else the first. */
export function pairedUses(before: Plan, after: Plan): readonly (readonly [Use, Use])[] {
  const old = usesOf(before).filter(({ role }) => role !== undefined);
  return usesOf(after).flatMap((use) => {
    const known = old.filter(
      ({ operation, role }) => operation === use.operation && (role === use.role || use.role !== "inquire"),
    );
    const found = known.find(({ step, role }) => step.name === use.step.name && role === use.role) ?? known[0];
    return found === undefined ? [] : [[found, use] as const];
  });
}
