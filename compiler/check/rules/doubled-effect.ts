import type { CheckedSaga, CheckedStep } from "../program.ts";
import { defineRule } from "../rule.ts";
import { isProtected, misspelling, promiseHelp, serviceTitle } from "./lib/services.ts";
import { exposedSteps } from "./outlives-undo.ts";
import { refusalOf } from "./uncertain-refusal.ts";

/** Steps that are never undone and whose effect a retry could double. Told once a service. */
export const doubledEffect = defineRule(
  {
    code: "SAGA4013",
    slug: "doubled-effect",
    severity: "warning",
    message: "`{step}` could take effect twice.",
    note: "An attempt that was never answered may have done its work, and the step is called again under the same key. {service} does not say that it knows a repeated key.",
    help: null,
  },
  (program, report) => {
    for (const saga of program.sagas) {
      const told = new Set(exposedSteps(saga).keys());
      for (const step of saga.steps) {
        if (!couldDouble(saga, step) || told.has(step.call.service)) continue;
        told.add(step.call.service);
        report(step.name.span, { step: step.name.name, service: serviceTitle(step.call) }, { help: promiseHelp(step.call) });
      }
    }
  },
);

function couldDouble(saga: CheckedSaga, step: CheckedStep): boolean {
  if (step.kind !== "normal" && step.kind !== "pivot") return false;
  const final = step.zone === "pivot" || step.zone === "after" || (step.zone === "before" && step.undo.kind === "none");
  if (!final) return false;
  if (step.inquire !== null || isProtected(step.call) || misspelling(saga, step.call) !== null) return false;
  return step.call.retry.value.attempts !== 1 && refusalOf(step) === null;
}
