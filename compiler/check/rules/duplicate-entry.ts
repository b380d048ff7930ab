import { defineRule } from "../rule.ts";
import { repeats } from "./lib/repeats.ts";

/** Two entries of a mapping have one name. */
export const duplicateEntry = defineRule(
  {
    code: "SAGA2007",
    slug: "duplicate-entry",
    severity: "error",
    message: "`{name}` is given twice.",
    note: "An entry without a name of its own, `{ input.orderId }`, is called like the last member: `orderId`.",
    help: "Remove one of the two, or give it another name: `other: …`.",
  },
  (program, report) => {
    for (const space of program.spaces) {
      if (space.kind !== "entries") continue;
      for (const { first, again } of repeats(space.names))
        report(
          again.ident.span,
          { name: again.ident.name },
          { labels: [{ span: first.ident.span, message: "the first one is here" }] },
        );
    }
  },
);
