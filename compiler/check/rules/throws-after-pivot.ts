import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import { pivotLabel } from "./lib/pivot.ts";

/** A step after the pivot that may answer with an error. */
export const throwsAfterPivot = defineRule(
  {
    code: "SAGA4005",
    slug: "throws-after-pivot",
    severity: "error",
    message: "Step `{step}` stands {where} the pivot and may fail with `{error}`.",
    note: "A declared error turns the saga back, and after the point of no return there is no way back.",
    help: "Say what happens instead, `on {error} park` or `on {error} { … }`; or find out before the pivot whether it can be done (a `readonly step`, or a step that reserves).",
  },
  (program, report) => {
    for (const saga of program.sagas)
      for (const step of saga.steps) {
        // What is said of an error is told where it is said.
        const first = step.policies.find(({ clause, outcome }) => clause === null && outcome.kind === "fail");
        const clause = step.node.clauses.find((candidate) => candidate.kind === "throws");
        if (
          (step.zone !== "after" && step.zone !== "maybe") ||
          step.tried ||
          first === undefined ||
          clause === undefined ||
          step.unsettled.has("throws")
        )
          continue;
        report(
          headSpan(clause),
          {
            step: step.name.name,
            error: first.error.name,
            where: step.zone === "after" ? "after" : "where the saga may have passed",
          },
          { labels: pivotLabel(saga) },
        );
      }
  },
);
