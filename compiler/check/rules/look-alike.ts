import { oddCharacter, skeleton } from "../../diagnostics/look-alike.ts";
import type { NamedThing } from "../program.ts";
import { defineRule } from "../rule.ts";

/** Two different names of one place look the same. */
export const lookAlike = defineRule(
  {
    code: "SAGA2015",
    slug: "look-alike",
    severity: "error",
    message: "`{name}` looks like `{other}`, but is another name.",
    note: "They differ only in characters that are drawn alike (`0` and `O`; `1`, `l` and `I`; letters of other scripts).",
    help: "Rename one of the two.",
  },
  (program, report) => {
    for (const { kind, names } of program.spaces) {
      if (kind !== "file" && kind !== "saga" && kind !== "fields") continue;
      const firsts = new Map<string, NamedThing>();
      for (const thing of names) {
        // One of mixed scripts is reported for that.
        if (oddCharacter(thing.ident.name) !== null) continue;
        const look = skeleton(thing.ident.name);
        const first = firsts.get(look);
        if (first === undefined) firsts.set(look, thing);
        else if (first.ident.name !== thing.ident.name)
          report(
            thing.ident.span,
            { name: thing.ident.name, other: first.ident.name },
            { labels: [{ span: first.ident.span, message: `\`${first.ident.name}\` is here` }] },
          );
      }
    }
  },
);
