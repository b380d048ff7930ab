import { FUNCTIONS } from "../functions.ts";
import type { NamedThing } from "../program.ts";
import { defineRule } from "../rule.ts";

/** A name that means something in JavaScript, and could not be written, or would do harm, in what is generated. */
export const reservedName = defineRule(
  {
    code: "SAGA2012",
    slug: "reserved-name",
    severity: "error",
    message: "{what} cannot be called `{name}`.",
    note: null,
    help: "Choose another name.",
  },
  (program, report) => {
    const fields = new Set<string>();
    for (const { kind, names } of program.spaces) {
      // An entry that only passes on a field of that name is not told again.
      const told = kind === "entries" ? fields : null;
      if (kind === "throws") continue;
      for (const { ident, what } of names) {
        const note = reasonAgainst(ident.name, what);
        if (note === null || told?.has(ident.name)) continue;
        report(ident.span, { what: TITLES[what], name: ident.name }, { note });
        if (kind === "fields") fields.add(ident.name);
      }
    }
  },
);

/** `null`: nothing speaks against it. */
function reasonAgainst(name: string, what: NamedThing["what"]): string | null {
  if (HAZARDS.has(name)) return "Every object in JavaScript has a meaning of its own for this name.";
  // Fields and operations only become keys of objects, where a reserved word is like any other.
  if (what === "field" || what === "operation") return null;
  if (what === "service" && name === "local") return "`local` is where the handlers of steps without a service stand.";
  if (what === "compute" && BUILTINS.has(name)) return "The language has a function of this name.";
  if (RESERVED_WORDS.has(name)) return "It is a reserved word of JavaScript, and the name becomes part of generated code.";
  if ((what === "type" || what === "import") && TYPE_WORDS.has(name))
    return "TypeScript has a type of this name, which generated code uses.";
  return null;
}

const TITLES: Readonly<Record<NamedThing["what"], string>> = {
  type: "A type",
  error: "An error",
  service: "A service",
  signal: "A signal",
  compute: "A compute",
  saga: "A saga",
  import: "An import",
  step: "A step",
  branch: "A branch",
  let: "A `let`",
  item: "An item",
  result: "A result",
  field: "A field",
  parameter: "A parameter",
  operation: "An operation",
};

/** Members of every object, and `then`: an object that has one is taken for a promise. */
const HAZARDS: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), "prototype", "then", "toJSON"]);

const RESERVED_WORDS: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function globalThis if implements import in Infinity instanceof interface let NaN new null package private " +
    "protected public return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

const BUILTINS: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));

const TYPE_WORDS: ReadonlySet<string> = new Set(
  (
    "any Array bigint boolean Date Error Exclude Extract Function Map Math never number object Object Omit Partial Pick Promise " +
    "Readonly ReadonlyArray Record RegExp Required Set string String Symbol symbol unknown"
  ).split(" "),
);
