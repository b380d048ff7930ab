import type { DiagnosticKind } from "../diagnostics/define.ts";
import type { DiagnosticCode } from "../diagnostics/diagnostic.ts";
import type { Plan, PlanSpan } from "../plan/plan.ts";

/**
 * What a change touches. `in-flight`: sagas that are under way cannot go on; `wire`: those who start a saga, signal it or read its result;
 * `source`: the user's own TypeScript; `behaviour`: what sagas that begin from now on do.
 */
export type ChangeClass = "in-flight" | "wire" | "source" | "behaviour";

export const CHANGE_CLASSES: readonly ChangeClass[] = ["in-flight", "wire", "source", "behaviour"];

/** One saga, as it was and as it is. */
export interface PlanPair {
  readonly before: Plan;
  readonly after: Plan;
}

/** One kind of change, with a code and a page of its own. */
export interface ChangeRule {
  readonly code: DiagnosticCode;
  readonly slug: string;
  readonly classes: readonly ChangeClass[];
  /** What has changed; `{saga}` is the saga's name, the rest is given by what is found. */
  readonly message: string;
  /** Why it matters. */
  readonly note: string;
  readonly help: string;
  find(pair: PlanPair): readonly FoundChange[];
}

export interface FoundChange {
  readonly values: Readonly<Record<string, string>>;
  /** In the source as it is; `null`: at the saga's name. */
  readonly at: PlanSpan | null;
  /** Where they are others than the rule's. */
  readonly classes?: readonly ChangeClass[];
}

/** A rule as the messages of the compiler are declared. Fatal are the first two classes, unless the caller says otherwise. */
export function kindOf({ code, slug, message, note, help }: ChangeRule, classes: readonly ChangeClass[]): DiagnosticKind {
  const severity = classes.includes("in-flight") || classes.includes("wire") ? "error" : "warning";
  return { code, slug, severity, message, note, help };
}
