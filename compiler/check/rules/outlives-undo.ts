import type { CheckedSaga, CheckedStep } from "../program.ts";
import { defineRule } from "../rule.ts";
import { isProtected, misspelling, promiseHelp, serviceTitle } from "./lib/services.ts";

/** Steps that could take effect after they were undone. Told once a service: what is missing is said there. */
export const outlivesUndo = defineRule(
  {
    code: "SAGA4012",
    slug: "outlives-undo",
    severity: "warning",
    message: "`{step}` could take effect after `{undo}` has undone it, and then nothing would undo it again.",
    note: "A call times out and is undone, but its request is only late: it arrives after the undo. {service} does not say how it tells such a call from a new one.",
    help: null,
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const [first, ...others] of exposedSteps(saga).values()) {
        if (first === undefined || first.undo.kind !== "compensate") continue;
        const { call } = first;
        const labels = others.map((step) => ({ span: step.name.span, message: `\`${step.name.name}\` as well` }));
        report(
          first.name.span,
          { step: first.name.name, undo: first.undo.call.operation.name, service: serviceTitle(call) },
          { labels, help: promiseHelp(call) },
        );
      }
  },
);

/** By service, in source order. */
export function exposedSteps(saga: CheckedSaga): ReadonlyMap<string, readonly CheckedStep[]> {
  const found = new Map<string, CheckedStep[]>();
  for (const step of saga.steps) {
    if (
      // What could not be read may say which service it calls.
      step.node.broken ||
      step.kind !== "normal" ||
      (step.zone !== "before" && step.zone !== "maybe") ||
      step.undo.kind !== "compensate" ||
      step.inquire !== null
    )
      continue;
    if (isProtected(step.call) || misspelling(saga, step.call) !== null) continue;
    const list = found.get(step.call.service) ?? [];
    list.push(step);
    found.set(step.call.service, list);
  }
  return found;
}
