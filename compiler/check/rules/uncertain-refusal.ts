import { headSpan } from "../opaque.ts";
import type { CheckedStep } from "../program.ts";
import { defineRule } from "../rule.ts";
import { isProtected, promiseHelp, serviceTitle } from "./lib/services.ts";

/** A pivot whose refusal, after an unanswered call, would prove nothing. */
export const uncertainRefusal = defineRule(
  {
    code: "SAGA4011",
    slug: "uncertain-refusal",
    severity: "warning",
    message:
      "When the pivot `{step}` answers `{error}` after an attempt that was never answered, nobody knows whether it happened.",
    note: "{service} gives no promise about repeated calls: the first attempt may have done its work, and the second is told no because of it. The saga would stop there and wait for a person.",
    help: null,
  },
  (program, report) => {
    for (const { steps } of program.sagas)
      for (const step of steps) {
        const error = refusalOf(step);
        const clause = step.node.clauses.find((candidate) => candidate.kind === "throws");
        if (error === null || clause === undefined) continue;
        report(
          headSpan(clause),
          { step: step.name.name, error, service: serviceTitle(step.call) },
          { help: promiseHelp(step.call) },
        );
      }
  },
);

/** The first error of a pivot of which that is so; else `null`. */
export function refusalOf(step: CheckedStep): string | null {
  if (step.zone !== "pivot" || step.inquire !== null || isProtected(step.call) || step.unsettled.has("throws")) return null;
  return step.throws[0]?.ident.name ?? null;
}
