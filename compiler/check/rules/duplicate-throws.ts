import { defineRule } from "../rule.ts";
import { repeats } from "./lib/repeats.ts";

/** A step names one error twice. */
export const duplicateThrows = defineRule(
  {
    code: "SAGA2008",
    slug: "duplicate-throws",
    severity: "error",
    message: "`{name}` stands twice in `throws`.",
    note: null,
    help: "Remove one of the two.",
  },
  (program, report) => {
    for (const space of program.spaces) {
      if (space.kind !== "throws") continue;
      for (const { first, again } of repeats(space.names))
        report(
          again.ident.span,
          { name: again.ident.name },
          { labels: [{ span: first.ident.span, message: "the first one is here" }] },
        );
    }
  },
);
