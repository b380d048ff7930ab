import { emit, TARGETS } from "./emit/index.ts";
import type { EmitOptions, EmittedFile, Target } from "./emit/target.ts";
import { planHash, planText } from "./plan/canonical.ts";
import type { Plan } from "./plan/plan.ts";
import { VERSION } from "./version.ts";

/** plan -> files, by every target. Apart from the front half: who only checks does not wait for the emitters to load. */
export function emitSaga(
  plan: Plan,
  options: Pick<EmitOptions, "importExtension" | "otherVersions">,
  targets: readonly Target[] = TARGETS,
): readonly EmittedFile[] {
  const all = { ...options, compilerVersion: VERSION, planHash: planHash(plan), planText: planText(plan) };
  return emit(plan, all, targets);
}
