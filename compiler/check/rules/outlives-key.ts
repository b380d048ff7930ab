import { worstCaseMs } from "../../plan/worst-case.ts";
import { durationText } from "../../source/duration-text.ts";
import { roughDuration } from "../durations.ts";
import type { CheckedCall, CheckedStep } from "../program.ts";
import { defineRule } from "../rule.ts";
import { timePlace } from "./lib/retry.ts";

/** Retries that go on after the service has forgotten the key of the first attempt. */
export const outlivesKey = defineRule(
  {
    code: "SAGA6006",
    slug: "outlives-key",
    severity: "error",
    message: "The retries of `{operation}` can take {worst}, but `{service}` remembers a key for {memory} only.",
    note: "An attempt after that is a new call to the service, and its effect could be there twice.",
    help: "{help}",
  },
  (program, report) => {
    for (const { steps } of program.sagas)
      for (const step of steps)
        for (const call of keyedCalls(step)) {
          const memory = call.serviceSymbol?.fenced === false ? call.serviceSymbol.idempotentFor : null;
          const worst = worstCaseMs({ timeoutMs: call.timeout.value, retry: call.retry.value });
          if (memory === null || worst === null || memory.value === 0 || worst <= memory.value) continue;
          const labels = memory.span === null ? [] : [{ span: memory.span, message: "so long it remembers" }];
          const shorter = "Use fewer attempts or a shorter `timeout`, or raise `idempotent for` if the service remembers longer";
          report(
            timePlace(step, call),
            {
              operation: call.operation.name,
              worst: roughDuration(worst),
              service: call.service,
              memory: durationText(memory.value),
              help: call.role === "forward" ? `${shorter}; or give the step an \`inquire\`.` : `${shorter}.`,
            },
            { labels },
          );
        }
  },
);

/** The calls that have effects and nothing but their key to tell a repeat. */
function keyedCalls(step: CheckedStep): CheckedCall[] {
  const forward = step.inquire === null && step.kind !== "readonly" && !step.unsettled.has("retry") ? [step.call] : [];
  return step.undo.kind === "compensate" ? [...forward, step.undo.call] : forward;
}
