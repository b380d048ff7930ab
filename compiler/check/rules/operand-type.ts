import { defineRule } from "../rule.ts";
import { showType } from "../types.ts";

/** A value of a kind that an operator, a text or a function does not take. */
export const operandType = defineRule(
  {
    code: "SAGA3012",
    slug: "operand-type",
    severity: "error",
    message: "{what} takes {wanted}, but this is `{type}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, what, wanted, type, help } of program.findings.of("operand-type"))
      report(
        span,
        { what, wanted, type: showType(type) },
        { help: help ?? "Give it another value: nothing is converted on its own." },
      );
  },
);
