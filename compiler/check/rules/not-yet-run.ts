import { defineRule } from "../rule.ts";

/** Something reads what comes later. */
export const notYetRun = defineRule(
  {
    code: "SAGA4001",
    slug: "not-yet-run",
    severity: "error",
    message: "`{step}` has not run yet here, so it has no output.",
    note: "Steps run in the order in which they stand.",
    help: "Move the step `{step}` up, or what reads it down.",
  },
  (program, report) => {
    for (const { span, binding } of program.findings.of("not-yet-run"))
      report(
        span,
        { step: binding.ident.name },
        {
          labels: [
            { span: binding.ident.span, message: binding.what === "step" ? "it runs only here" : "it is given only here" },
          ],
        },
      );
  },
);
