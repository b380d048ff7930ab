import { defineRule } from "../rule.ts";
import { coalescedParts } from "./lib/coalesced.ts";

/** A question for what is always there. */
export const neverAbsent = defineRule(
  {
    code: "SAGA3018",
    slug: "never-absent",
    severity: "warning",
    message: "This is never absent, so the `{operator}` decides nothing.",
    note: null,
    help: "Leave it out.",
  },
  (program, report) => {
    // One that was meant for a part of what stands before it is told there.
    const meant = new Set([...coalescedParts(program).values()].map(({ coalesce }) => coalesce.operatorSpan));
    for (const { span, operator } of program.findings.of("never-absent")) if (!meant.has(span)) report(span, { operator });
  },
);
