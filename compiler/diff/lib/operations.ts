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

/** Each use as it is beside one that was, of the same operation: that of the same step, else the first in the same role, else the first. */
export function pairedUses(before: Plan, after: Plan): readonly (readonly [Use, Use])[] {
  const old = usesOf(before);
  return usesOf(after).flatMap((use) => {
    const known = old.filter(
      ({ operation, role }) => operation === use.operation && (role === use.role || use.role !== "inquire"),
    );
    const alike = known.filter(({ role }) => role === use.role);
    const found = alike.find(({ step }) => step.name === use.step.name) ?? alike[0] ?? known[0];
    return found === undefined ? [] : [[found, use] as const];
  });
}

/** Errors that an operation of both could answer with, and can no more: its handler is one for all of its uses. */
export function unthrownErrors(before: Plan, after: Plan): readonly { readonly use: Use; readonly error: string }[] {
  const now = usesOf(after);
  const first = new Map(now.toReversed().map((use) => [use.operation, use]));
  const old = usesOf(before);
  return [...first.values()].toReversed().flatMap((use) => {
    const left = thrownBy(now, use.operation);
    return [...thrownBy(old, use.operation)].filter((error) => !left.has(error)).map((error) => ({ use, error }));
  });
}

function thrownBy(uses: readonly Use[], wanted: string): ReadonlySet<string> {
  return new Set(uses.flatMap(({ operation, throws }) => (operation === wanted ? throws : [])));
}
