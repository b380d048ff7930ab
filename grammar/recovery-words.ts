import type { TokenType } from "chevrotain";
import { type Construct, constructRow } from "./clauses.ts";
import { word } from "./token-types.ts";

/** The words by which recovery finds its way: what can begin an item of which body, and what a body wants. */

/** A body whose items recovery keeps apart. */
export type Body = Construct | "fields" | "entries" | "imports";

const STATEMENT_WORDS = [
  ..."step pivot readonly best parallel race if foreach first repeat try await collect sleep call start undo on publish lock let fail".split(
    " ",
  ),
];
const CLAUSE_WORDS = "version timeout input tags output throws retry compensate confirm inquire key emits branch".split(" ");
const DECLARATION_WORDS = "import type error service signal compute saga choreographed".split(" ");

/** The reserved words that begin a declaration, statement or clause. */
export const STARTERS: ReadonlySet<TokenType> = new Set([...STATEMENT_WORDS, ...CLAUSE_WORDS, ...DECLARATION_WORDS].map(word));

export const ITEM_STARTS: Readonly<Record<Construct, ReadonlySet<string>>> = {
  file: starts("file"),
  saga: starts("saga"),
  service: starts("service"),
  step: starts("step"),
  handler: starts("handler"),
  block: starts("block"),
  branches: starts("branches"),
  group: starts("group"),
  foreach: starts("foreach"),
  first: starts("first"),
  repeat: starts("repeat"),
  try: starts("try"),
  await: starts("await"),
  "await-any": starts("await-any"),
  "await-cases": starts("await-cases"),
  collect: starts("collect"),
  call: starts("call"),
  start: starts("start"),
};

/** Bodies in which `on` is followed by the name of an error or signal. */
export const ERROR_BODIES: ReadonlySet<Construct> = new Set<Construct>(["step", "call", "await-cases"]);

/** Bodies of statements and declarations. */
export const STATEMENT_BODIES: ReadonlySet<Construct> = new Set<Construct>(["file", "saga", "block", "branches"]);

export const BODY_ITEMS: Readonly<Record<Body, string>> = {
  file: "a declaration",
  saga: "a clause or statement of the saga, or `}`",
  service: "a clause of the service, or `}`",
  step: "a clause of the step, or `}`",
  handler: "a clause (`input`, `timeout`, `retry`, `key`), or `}`",
  block: "a statement, or `}`",
  branches: "a branch or statement, or `}`",
  group: "a block",
  foreach: "a block",
  first: "a block",
  repeat: "a block",
  try: "a block",
  await: "a clause of the `await`",
  "await-any": "a clause of the `await`",
  "await-cases": "`on signal { … }`, or `}`",
  collect: "a clause of the `collect`",
  call: "a clause of the call, or `}`",
  start: "`input`, `key` or `}`",
  fields: "a field (`name: type`), or `}`",
  entries: "an entry (`name: value`), or `}`",
  imports: "a name, or `}`",
};

/** What stands in a body, in whole: what to do about a stranger of which nothing more is known. */
export function bodyHelp(body: Body): string | null {
  if (!isConstruct(body)) return null;
  if (body === "file") return `A declaration begins with ${DECLARATIONS}.`;
  if (STATEMENT_BODIES.has(body)) return `A statement begins with ${STATEMENTS}.`;
  const words = [...new Set(constructRow(body).clauses.map(({ keyword }) => keyword))].filter((each) => !UNAVAILABLE.has(each));
  return words.length < 2 ? null : `Its clauses begin with ${listed(words)}.`;
}

function listed(words: readonly string[]): string {
  const quoted = words.map((each) => `\`${each}\``);
  const last = quoted.pop() ?? "";
  return `${quoted.join(", ")} or ${last}`;
}

const DECLARATIONS = listed("import type error service signal compute saga".split(" "));
const STATEMENTS = listed("step parallel race if foreach repeat try await sleep call let fail".split(" "));
/** Read, and refused by the compiler until there is a meaning to them. */
const UNAVAILABLE: ReadonlySet<string> = new Set(["confirm", "lock", "emits"]);

/** What a word of another language would be in a body, if it can begin something there. */
export function synonym(written: string, body: Construct): string | null {
  const meant = SYNONYMS.get(written.toLowerCase());
  return meant !== undefined && ITEM_STARTS[body].has(meant) ? meant : null;
}

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["const", "let"],
  ["var", "let"],
  ["val", "let"],
  ["return", "output"],
  ["returns", "output"],
  ["throw", "fail"],
  ["raise", "fail"],
  ["rollback", "compensate"],
  ["compensation", "compensate"],
  ["undo", "compensate"],
  ["for", "foreach"],
  ["exception", "error"],
  ["catch", "otherwise"],
  ["delay", "sleep"],
  ["workflow", "saga"],
  ["enum", "type"],
  ["interface", "type"],
  ["struct", "type"],
]);

function starts(construct: Construct): ReadonlySet<string> {
  const { clauses, statements } = constructRow(construct);
  return new Set([
    ...clauses.map(({ keyword }) => keyword.split(" ")[0] ?? keyword),
    ...(statements || construct === "branches" ? STATEMENT_WORDS : []),
  ]);
}

export function isConstruct(body: Body): body is Construct {
  return body !== "fields" && body !== "entries" && body !== "imports";
}
