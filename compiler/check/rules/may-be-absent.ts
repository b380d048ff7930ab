import type { Expression } from "../../ast/nodes.ts";
import { pathKey } from "../narrow.ts";
import { defineRule } from "../rule.ts";
import { showType } from "../types.ts";
import { coalescedParts } from "./lib/coalesced.ts";

/** A value is needed where there may be none. */
export const mayBeAbsent = defineRule(
  {
    code: "SAGA3013",
    slug: "may-be-absent",
    severity: "error",
    message: "This may be absent (`{type}`), but {what} needs a value.",
    note: null,
    help: "{help}",
  },
  (program, report) => {
    const coalesced = coalescedParts(program);
    for (const { node, what, type, list } of program.findings.of("may-be-absent")) {
      const part = coalesced.get(node);
      const help =
        part === undefined
          ? `Say what counts then: \`… ?? ${list ? "[]" : "value"}\`; or ${asking(node)}.`
          : `\`??\` binds less than \`${part.operator}\`: write \`${part.instead}\`.`;
      report(node.span, { what: what.replace(/^A/, "a"), type: showType(type), help });
    }
  },
);

/** What a condition finds out holds for paths of members alone. */
function asking(node: Expression): string {
  return pathKey(node) === null
    ? "give it a name with `let x = …`, and ask for that: `x != null ? … : …`"
    : "ask first: `x != null ? … : …`";
}
