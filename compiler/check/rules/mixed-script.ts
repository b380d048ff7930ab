import { describeCharacter, oddCharacter } from "../../diagnostics/look-alike.ts";
import { defineRule } from "../rule.ts";

/** A name is written in letters of several scripts. */
export const mixedScript = defineRule(
  {
    code: "SAGA2014",
    slug: "mixed-script",
    severity: "error",
    message: "The name `{name}` mixes scripts: it holds {character}.",
    note: "Letters of different scripts can look alike, so that two names that look equal are different ones.",
    help: "Write the name in letters of one script.",
  },
  (program, report) => {
    const fields = new Set<string>();
    for (const { kind, names } of program.spaces) {
      if (kind === "throws") continue;
      for (const { ident } of names) {
        const character = oddCharacter(ident.name);
        // An entry that only passes on a field of that name is not told again.
        if (character === null || (kind === "entries" && fields.has(ident.name))) continue;
        report(ident.span, { name: ident.name, character: describeCharacter(character) });
        if (kind === "fields") fields.add(ident.name);
      }
    }
  },
);
