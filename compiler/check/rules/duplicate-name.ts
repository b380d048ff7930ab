import type { NamedThing } from "../program.ts";
import { defineRule } from "../rule.ts";
import { repeats } from "./lib/repeats.ts";

/** Two declarations of a file, or two steps, branches or signals of a saga, have one name. */
export const duplicateName = defineRule(
  {
    code: "SAGA2005",
    slug: "duplicate-name",
    severity: "error",
    message: "The name `{name}` is taken: there is {what} of that name.",
    note: null,
    help: "Give one of the two another name.",
  },
  (program, report) => {
    for (const space of program.spaces) {
      if (space.kind !== "file" && space.kind !== "saga") continue;
      const note =
        space.kind === "file"
          ? "The declarations of a file share one space of names."
          : "Steps, branches, signals, items, `let` and `as` of a saga share one space of names, and each name is used once.";
      for (const { first, again } of repeats(space.names)) {
        const labels = [{ span: first.ident.span, message: "the first one is here" }];
        report(again.ident.span, { name: again.ident.name, what: withArticle(first.what) }, { labels, note });
      }
    }
  },
);

function withArticle(what: NamedThing["what"]): string {
  if (what === "let") return "a `let`";
  return what === "error" || what === "import" || what === "item" ? `an ${what}` : `a ${what}`;
}
