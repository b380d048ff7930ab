import { defineRule } from "../rule.ts";
import { isOptional, showType, type Type, underlying } from "../types.ts";
import { textForEither } from "./lib/dates.ts";

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
        {
          help:
            help ?? asked(what, type) ?? textForEither(type, wanted) ?? "Give it another value: nothing is converted on its own.",
        },
      );
  },
);

/** How a condition is made of a value of which other languages make one themselves. */
function asked(what: string, type: Type): string | null {
  const whole = underlying(type);
  if (what === "An index" && whole.kind === "scalar" && whole.name === "json")
    return "Declare a type for it where it comes from: `{ name: … }`, or `record<…>`.";
  if (what !== "A condition" && what !== "`not`") return null;
  if (isOptional(type)) return "Ask whether it is there: `… != null`.";
  const holder = underlying(type);
  if (holder.kind === "array") return "Ask for its length: `length(…) > 0`.";
  if (holder.kind === "literals" || (holder.kind === "scalar" && holder.name === "string")) return 'Compare it: `… != ""`.';
  return holder.kind === "scalar" && (holder.name === "int" || holder.name === "number") ? "Compare it: `… != 0`." : null;
}
