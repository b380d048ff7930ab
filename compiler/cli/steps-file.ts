import { makeDiagnostic } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { typeNames } from "../emit/lib/names.ts";
import { newStepsFile } from "../emit/steps.ts";
import type { ImportExtension } from "../emit/target.ts";
import type { MergeNote } from "../merge/merge-steps.ts";
import { mergeNeeded } from "../merge/needed.ts";
import { signatures } from "../merge/signatures.ts";
import { PLAN_SCHEMA, type Plan } from "../plan/plan.ts";
import { BUILD_KINDS } from "./problems.ts";
import { readText } from "./write-files.ts";

/** What a build makes of a user's steps file. */
export interface StepsFile {
  readonly path: string;
  readonly shown: string;
  readonly state: "created" | "merged" | "unchanged" | "refused";
  readonly before: string | null;
  /** What is to be written; `null`: nothing. */
  readonly text: string | null;
  readonly notes: readonly MergeNote[];
  /** Why it was left alone although it may lack something. */
  readonly problem: Diagnostic | null;
}

export interface StepsRequest {
  readonly plan: Plan;
  readonly path: string;
  readonly shown: string;
  /** As the compiler's sources are called. */
  readonly rootPath: string;
  /** Relative to the steps file. */
  readonly generatedFolder: string;
  readonly importExtension: ImportExtension;
  /** Text of the plan of the last build. */
  readonly previousPlan: string | null;
}

/** Makes the file where there is none, else merges into it; TypeScript's parser is loaded only for the latter. */
export async function prepareSteps(request: StepsRequest): Promise<StepsFile> {
  const { plan, path, shown } = request;
  const before = readText(path, shown);
  const untouched: StepsFile = { path, shown, state: "unchanged", before, text: null, notes: [], problem: null };
  if (before === null) {
    return { ...untouched, state: "created", text: newStepsFile(plan, request, request.generatedFolder) };
  }
  const previous = readPlan(request.previousPlan);
  if (!mergeNeeded(before, plan, previous)) return untouched;
  const { mergeSteps } = await import("../merge/merge-steps.ts");
  const merge = mergeSteps(before, plan, previous);
  if (merge.refused !== null) {
    const { why, offset } = merge.refused;
    const span = { file: request.rootPath, start: offset, end: offset };
    const values = { path: shown, why, type: typeNames(plan).saga.steps };
    return { ...untouched, state: "refused", problem: makeDiagnostic(BUILD_KINDS.stepsNotMerged, span, values) };
  }
  const changed = merge.text !== before;
  return { ...untouched, state: changed ? "merged" : "unchanged", text: changed ? merge.text : null, notes: merge.notes };
}

/** `null` for a plan of another schema, or a file that somebody else has written into: then nothing is compared. */
function readPlan(text: string | null): Plan | null {
  if (text === null) return null;
  try {
    const plan: unknown = JSON.parse(text);
    if (typeof plan !== "object" || plan === null || !("schema" in plan) || plan.schema !== PLAN_SCHEMA) return null;
    // Whoever can be asked for its signatures has all that the merge reads.
    signatures(plan as Plan);
    return plan as Plan;
  } catch {
    return null;
  }
}
