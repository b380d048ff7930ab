import { defineRule } from "../rule.ts";
import { isOptional, showType } from "../types.ts";
import { textForDate } from "./lib/dates.ts";

/** A value of another type than is declared. */
export const doesNotFit = defineRule(
  {
    code: "SAGA3051",
    slug: "does-not-fit",
    severity: "error",
    message: "`{field}` of {owner} is a `{wanted}`, but this is a `{type}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, owner, field, type } of program.findings.of("does-not-fit"))
      report(
        span,
        {
          field: field.name,
          owner: owner.charAt(0).toLowerCase() + owner.slice(1),
          wanted: showType(field.type),
          type: showType(type),
        },
        { help: isOptional(type) ? "Say what counts where it is absent: `… ?? value`." : textForDate(type, field.type) },
      );
  },
);
