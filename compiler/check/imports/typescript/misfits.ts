/** What to do about a part of a type of TypeScript that cannot be imported. */
export const HELP = {
  generic: "Export a type for the use at hand: `export type OrderPage = Page<Order>`.",
  enum: 'Use a union of texts: `"open" | "closed"`.',
  plain: "Use a text, a number, a truth value, a list or a record.",
  union:
    'The language has unions of texts only. Use a record of optional parts, and a field that says which: `kind: "card" | "bank"`.',
  tuple: "Use a record with a name for each place.",
  endless: "Somewhere on the way there must be a list, or something that may be absent.",
  function: "Leave it out: a function is not data.",
  class: "Declare an `interface` with the data of it.",
  keys: "Use either fields or `Record<string, …>`.",
  symbol: "JSON has no symbols: use a text.",
  hazard: "Choose another name.",
  unresolved: "Types are read from files of the project that import each other by relative paths: declare it there.",
  any: "Say what it is. What can be any JSON is a `json` in a `.saga` file.",
  bigint: "JSON has no such numbers: use a `string`, or a `number` if that is exact enough.",
  data: "JSON cannot carry it: use a list or a record.",
} as const;

/** For an object of JavaScript itself, by its name. */
export function helpForBuiltin(name: string): string {
  if (name === "Date") return "JSON cannot carry it: use a `string` in ISO 8601, as `datetime` is.";
  if (name.endsWith("Map")) return "JSON cannot carry it: use `Record<string, …>`.";
  if (name.endsWith("Set")) return "JSON cannot carry it: use a list.";
  if (name === "Function") return HELP.function;
  return HELP.data;
}

export const TOO_INTRICATE = {
  what: "too large or too intricate",
  help: "Declare the part that the saga needs, as a type of its own.",
} as const;
