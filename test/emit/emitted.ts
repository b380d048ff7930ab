import { emit, TARGETS } from "../../compiler/emit/index.ts";
import type { EmitOptions, Target } from "../../compiler/emit/target.ts";
import type { Plan } from "../../compiler/plan/plan.ts";

export const OPTIONS: EmitOptions = {
  importExtension: ".ts",
  compilerVersion: "0.0.0",
  planHash: "0123456789abcdef".repeat(4),
  planText: "{}\n",
};

/** Path to text of all that is made of a plan. */
export function emitted(
  plan: Plan,
  options: Partial<EmitOptions> = {},
  targets: readonly Target[] = TARGETS,
): Record<string, string> {
  return Object.fromEntries(emit(plan, { ...OPTIONS, ...options }, targets).map((file) => [file.path, file.text]));
}
