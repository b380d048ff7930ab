import type { DiagnosticKind } from "../diagnostics/define.ts";
import { planHash } from "../plan/canonical.ts";
import type { Plan, PlanSpan } from "../plan/plan.ts";
import { type ChangeClass, type ChangeRule, kindOf } from "./rule.ts";
import { CHANGE_RULES } from "./rules/index.ts";

/** One thing that has changed. */
export interface Change {
  readonly saga: string;
  readonly classes: readonly ChangeClass[];
  readonly kind: DiagnosticKind;
  /** For the kind's placeholders. */
  readonly values: Readonly<Record<string, string>>;
  /** In the source as it is; `null`: at the saga's name. */
  readonly at: PlanSpan | null;
}

/**
 * What has changed between two states of a project's sagas, saga by saga, by name: where a saga stands does not matter. What is new is no
 * change: nobody counts on it. Pure; the same plans give the same changes, and a plan compared with itself none.
 */
export function diffPlans(before: readonly Plan[], after: readonly Plan[]): readonly Change[] {
  const now = new Map(after.map((plan) => [plan.saga, plan]));
  return before.flatMap((plan) => {
    const same = now.get(plan.saga);
    return same === undefined ? [gone(plan)] : diffSaga(plan, same);
  });
}

export const SAGA_REMOVED = {
  code: "SAGA8001",
  slug: "saga-removed",
  classes: ["wire", "source"],
  message: "There is no saga `{saga}` any more.",
  note: "Whoever starts it no longer compiles, and what is under way has nobody to end it.",
  help: "Keep its released versions until their sagas have ended. A new name is a new saga.",
} as const;

/** For what no other rule has a name for: that something is different never goes unsaid. */
export const OTHERWISE_CHANGED = {
  code: "SAGA8059",
  slug: "otherwise-changed",
  classes: ["behaviour"],
  message: "`{saga}` is another one than it was.",
  note: "Its plan differs in what no other rule names.",
  help: "Compare the two `.plan.json` files.",
} as const;

/** Codes and short names of all changes there are, by code. */
export const CHANGE_CODES: readonly (readonly [code: string, slug: string])[] = [
  SAGA_REMOVED,
  ...CHANGE_RULES,
  OTHERWISE_CHANGED,
].map(({ code, slug }) => [code, slug]);

function diffSaga(before: Plan, after: Plan): readonly Change[] {
  const { saga } = after;
  const found = CHANGE_RULES.flatMap((rule) =>
    rule.find({ before, after }).map((change): Change => {
      const classes = change.classes ?? rule.classes;
      return { saga, classes, kind: kindOf(rule, classes), values: { ...change.values, saga }, at: change.at };
    }),
  );
  // That the version was not raised says nothing of what has changed.
  const said = found.some(({ classes }) => classes.some((name) => name !== "in-flight"));
  return said || sameButForVersion(before, after) ? found : [...found, change(OTHERWISE_CHANGED, saga)];
}

function sameButForVersion(before: Plan, after: Plan): boolean {
  return planHash(before) === planHash({ ...after, version: before.version });
}

function gone({ saga }: Plan): Change {
  return change(SAGA_REMOVED, saga);
}

function change(rule: Omit<ChangeRule, "find">, saga: string): Change {
  return { saga, classes: rule.classes, kind: kindOf({ ...rule, find: () => [] }, rule.classes), values: { saga }, at: null };
}
