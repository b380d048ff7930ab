import { defineRule } from "../rule.ts";

/** A step's input, or its inquiry, reads the step's own output. */
export const ownOutput = defineRule(
  {
    code: "SAGA4002",
    slug: "own-output",
    severity: "error",
    message: "`{step}` cannot read its own output here.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, step, inInquiry } of program.findings.of("own-output"))
      report(
        span,
        { step: step.name.name },
        inInquiry
          ? {
              note: "An inquiry is made when nobody knows whether the step ran: there is no output yet.",
              help: "Ask by something that was known before: a field of the step's input.",
            }
          : {
              note: "The output is what comes of the step: what it is called with, and what is done when it fails, is there without it.",
              help: "Read `input`, or the output of an earlier step.",
            },
      );
  },
);
