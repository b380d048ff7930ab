import { defineRule } from "../rule.ts";
import { repeats } from "./lib/repeats.ts";

/** Two fields of one record, or parameters of one compute, have one name. */
export const duplicateField = defineRule(
  {
    code: "SAGA2006",
    slug: "duplicate-field",
    severity: "error",
    message: "There is a {what} `{name}` already.",
    note: null,
    help: "Remove one of the two, or rename it.",
  },
  (program, report) => {
    for (const space of program.spaces) {
      if (space.kind !== "fields") continue;
      for (const { first, again } of repeats(space.names))
        report(
          again.ident.span,
          { what: again.what, name: again.ident.name },
          { labels: [{ span: first.ident.span, message: "the first one is here" }] },
        );
    }
  },
);
