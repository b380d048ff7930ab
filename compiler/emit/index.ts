import type { Plan } from "../plan/plan.ts";
import { definitionTarget } from "./definition.ts";
import { machineTarget } from "./machine.ts";
import { machineTestsTarget } from "./machine-tests.ts";
import { planJsonTarget } from "./plan-json.ts";
import type { EmitOptions, EmittedFile, Target } from "./target.ts";
import { typesTarget } from "./types.ts";
import { validatorsTarget } from "./validators.ts";

/** All that a build makes of a saga, in the order in which it is written: the plan last, as the next build compares with it. */
export const TARGETS: readonly Target[] = [typesTarget, machineTarget, validatorsTarget, definitionTarget, planJsonTarget];

/** The same, and what only a project with vitest can use. */
export const TARGETS_WITH_TESTS: readonly Target[] = [machineTestsTarget, ...TARGETS];

export function emit(plan: Plan, options: EmitOptions, targets: readonly Target[] = TARGETS): readonly EmittedFile[] {
  return targets.flatMap((target) => target.emit(plan, options));
}
