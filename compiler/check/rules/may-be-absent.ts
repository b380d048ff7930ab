import { defineRule } from "../rule.ts";
import { showType } from "../types.ts";

/** A value is needed where there may be none. */
export const mayBeAbsent = defineRule(
  {
    code: "SAGA3013",
    slug: "may-be-absent",
    severity: "error",
    message: "This may be absent (`{type}`), but {what} needs a value.",
    note: null,
    help: "Say what counts then: `… ?? {instead}`; or ask first: `x != null ? … : …`.",
  },
  (program, report) => {
    for (const { span, what, type, list } of program.findings.of("may-be-absent"))
      report(span, { what: what.replace(/^A/, "a"), type: showType(type), instead: list ? "[]" : "value" });
  },
);
