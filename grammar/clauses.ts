/**
 * THE table of clauses: what may stand in each construct. The parser's words for what it expected, completion, hovers and the
 * reference read it; the checker reads how often a clause may stand and which must.
 */

/** Constructs with clauses or other items of their own. */
export type Construct =
  | "file"
  | "saga"
  | "service"
  | "step"
  | "handler"
  | "block"
  | "branches"
  | "group"
  | "foreach"
  | "first"
  | "repeat"
  | "try"
  | "await"
  | "await-any"
  | "await-cases"
  | "collect"
  | "call"
  | "start";

/** One clause of a construct. */
export interface ClauseRow {
  /** The words it begins with: `timeout`, `undo within`, `on failure`. */
  readonly keyword: string;
  /** The `kind` of its node in the syntax tree. */
  readonly node: string;
  readonly times: "once" | "many";
  readonly required: boolean;
  /** What completion writes; `$1` are places to fill in, `$0` the last one. */
  readonly snippet: string;
  readonly doc: string;
}

export interface ConstructRow {
  readonly construct: Construct;
  /** For messages: "a step". */
  readonly label: string;
  /** Whether statements may stand in it beside its clauses. */
  readonly statements: boolean;
  readonly clauses: readonly ClauseRow[];
}

interface Options {
  readonly many?: true;
  readonly required?: true;
}

function row(keyword: string, node: string, snippet: string, doc: string, options: Options = {}): ClauseRow {
  return { keyword, node, snippet, doc, times: options.many === true ? "many" : "once", required: options.required === true };
}

const timeout = (doc: string): ClauseRow => row("timeout", "timeout", "timeout ${1:5s}", doc);
const retry = (doc: string): ClauseRow => row("retry", "retry-clause", "retry ${1:3} backoff ${2:200ms}..${3:5s}", doc);
const key = (doc: string): ClauseRow => row("key", "key", "key ${1:expression}", doc);
const as = (doc: string): ClauseRow => row("as", "as", "as ${1:name}", doc);
const where = (doc: string): ClauseRow => row("where", "where", "where ${1:condition}", doc);
const by = (doc: string): ClauseRow => row("by", "by", "by ${1:instant}", doc);
const inputObject = (doc: string, options: Options = {}): ClauseRow => row("input", "input-object", "input { $1 }", doc, options);
const onFailure = row(
  "on failure",
  "on-failure",
  "on failure ${1|cancel,wait|}",
  "What the others do when one fails; `cancel` unless said.",
);
const onError = row("on", "on-error", "on ${1:Error} ${2:fail}", "What happens when it answers with this error.", { many: true });
const output = row("output", "output", "output { $1 }", "The result of the block.");
const onTimeout = row(
  "on timeout",
  "on-timeout",
  "on timeout ${1:fail}",
  "What happens when the time has passed; `fail` unless said.",
);

export const CONSTRUCTS: readonly ConstructRow[] = [
  {
    construct: "file",
    label: "a file",
    statements: false,
    clauses: [
      row("import", "import", 'import { $1 } from "./$2.saga"', "Names from another saga file, or types from TypeScript.", {
        many: true,
      }),
      row("type", "type-decl", "type ${1:Name} = $0", "Names a type.", { many: true }),
      row("error", "error-decl", "error ${1:Name} { $0 }", "A business failure with its data.", { many: true }),
      row("service", "service-decl", "service ${1:name} { $0 }", "A participant and what is known of it.", { many: true }),
      row("signal", "signal-decl", "signal ${1:name} { $0 }", "A typed message from outside.", { many: true }),
      row("compute", "compute-decl", "compute ${1:name}($2): $0", "A pure function written in TypeScript.", { many: true }),
      row("saga", "saga-decl", "saga ${1:Name} {\n  version 1\n  timeout ${2:1d}\n\n  input { $3 }\n\n  $0\n}", "A saga.", {
        many: true,
      }),
      row("choreographed", "saga-decl", "choreographed saga ${1:Name} {\n  $0\n}", "A saga without a conductor.", { many: true }),
    ],
  },
  {
    construct: "saga",
    label: "a saga",
    statements: true,
    clauses: [
      row("version", "version", "version ${1:1}", "Raised when a released saga changes; 1 unless said."),
      row("timeout", "timeout", "timeout ${1:1d}", "How long the whole saga may take.", { required: true }),
      row("undo within", "undo-within", "undo within ${1:1h}", "After which an undo still going on is marked overdue."),
      row("input", "input-fields", "input {\n  $0\n}", "What the saga is given."),
      row("tags", "tags", "tags { $1 }", "Searchable business keys."),
      row("signal", "signal-decl", "signal ${1:name} { $0 }", "A typed message from outside.", { many: true }),
      row("output", "output", "output { $1 }", "The result of the saga."),
      row("on completed", "ending", "on completed {\n  $0\n}", "What happens after the saga has succeeded."),
      row("on compensated", "ending", "on compensated {\n  $0\n}", "What happens after everything is undone."),
    ],
  },
  {
    construct: "service",
    label: "a service",
    statements: false,
    clauses: [
      row("idempotent", "idempotent", "idempotent for ${1:7d}", "How long it answers a repeated key from its record."),
      row("fenced", "fenced", "fenced", "Its operations go through the step fence."),
      row("max", "max", "max ${1:20}", "Calls at once."),
      row("rate", "rate", "rate ${1:100}/${2|s,m,h,d|}", "Calls in a time."),
      timeout("How long one attempt of its steps may take, unless they say otherwise."),
      retry("How often its steps are repeated, unless they say otherwise."),
    ],
  },
  {
    construct: "step",
    label: "a step",
    statements: false,
    clauses: [
      inputObject("What the operation is given."),
      row("output", "output-fields", "output { $1 }", "What the operation answers."),
      row("throws", "throws", "throws ${1:Error}", "The errors the operation can answer with."),
      timeout("How long one attempt may take."),
      retry("How often an attempt with an unknown outcome is repeated."),
      onError,
      row("compensate", "compensate", "compensate ${1:operation} { input { $2 } }", "The operation that undoes the step."),
      row("confirm", "confirm", "confirm ${1:operation}", "Runs after the pivot, until it succeeds."),
      row("inquire", "inquire", "inquire ${1:operation}", "Asked when the outcome is unknown: did it happen?"),
      key("The idempotency key, instead of the saga's and the step's name."),
      row("lock", "lock", "lock ${1:expression} wait ${2:5s}", "A semantic lock for the time of the step."),
      row("emits", "emits", "emits ${1:Event}", "The names of its events in choreography."),
    ],
  },
  {
    construct: "handler",
    label: "a compensation, confirmation or inquiry",
    statements: false,
    clauses: [
      inputObject("What the operation is given; the step's own input unless said."),
      timeout("How long one attempt may take."),
      retry("How often it is repeated."),
      key("The idempotency key."),
    ],
  },
  { construct: "block", label: "a block", statements: true, clauses: [output] },
  {
    construct: "branches",
    label: "a `parallel` or `race`",
    statements: true,
    clauses: [row("branch", "branch", "branch ${1:name} {\n  $0\n}", "Groups several statements under a name.", { many: true })],
  },
  {
    construct: "group",
    label: "a `parallel` or `race`",
    statements: false,
    clauses: [as("Names the winners' results."), onFailure],
  },
  {
    construct: "foreach",
    label: "a `foreach`",
    statements: false,
    clauses: [
      as("Names the list of the results."),
      where("Only the items for which it holds."),
      row("max", "max", "max ${1:10}", "Items at once; `max 1`: in order."),
      row(
        "on failure",
        "on-failure",
        "on failure ${1|cancel,wait,continue|}",
        "What the other items do when one fails; `cancel` unless said.",
      ),
    ],
  },
  {
    construct: "first",
    label: "a `first`",
    statements: false,
    clauses: [as("Names the result of the candidate that succeeded."), where("Only the candidates for which it holds.")],
  },
  {
    construct: "repeat",
    label: "a `repeat`",
    statements: false,
    clauses: [
      row("max", "max", "max ${1:10}", "Rounds at most.", { required: true }),
      row("every", "every", "every ${1:30s}", "The pause between rounds."),
    ],
  },
  {
    construct: "try",
    label: "a `try`",
    statements: false,
    clauses: [as("Names the result of either path."), timeout("After which the block has failed.")],
  },
  {
    construct: "await",
    label: "an `await`",
    statements: false,
    clauses: [
      as("Names the signal that came."),
      where("Only a signal for which it holds."),
      timeout("How long to wait."),
      by("The instant at which the wait ends."),
      onTimeout,
    ],
  },
  {
    construct: "await-any",
    label: "an `await any`",
    statements: false,
    clauses: [timeout("How long to wait."), by("The instant at which the wait ends."), onTimeout],
  },
  {
    construct: "await-cases",
    label: "an `await any`",
    statements: false,
    clauses: [
      row("on", "await-case", "on ${1:arrived} {\n  $0\n}", "What happens when this signal comes first.", {
        many: true,
        required: true,
      }),
    ],
  },
  {
    construct: "collect",
    label: "a `collect`",
    statements: false,
    clauses: [
      row("for", "for", "for ${1:2h}", "How long to collect."),
      by("The instant at which it ends."),
      as("Names the list of the signals."),
      where("Only signals for which it holds."),
      row("max", "max", "max ${1:100}", "Ends sooner, with so many."),
      row("until", "until", "until ${1:condition}", "Ends sooner, when it holds."),
    ],
  },
  {
    construct: "call",
    label: "a `call`",
    statements: false,
    clauses: [
      inputObject("What the saga is given."),
      retry("How often it is called."),
      row("on failure", "call-failure", "on failure ${1:fail}", "What happens at any end but success."),
      onError,
    ],
  },
  {
    construct: "start",
    label: "a `start`",
    statements: false,
    clauses: [inputObject("What the saga is given."), key("The key by which a second start is known to be the same.")],
  },
];

/** The row of a construct. */
export function constructRow(construct: Construct): ConstructRow {
  const found = CONSTRUCTS.find((candidate) => candidate.construct === construct);
  if (found === undefined) throw new Error(`The clause table has no ${construct}.`);
  return found;
}

/** The constructs in which something that begins with `keyword` has a place, in the table's order. */
export function homesOf(keyword: string): readonly ConstructRow[] {
  return CONSTRUCTS.filter(({ clauses }) =>
    clauses.some((clause) => clause.keyword === keyword || clause.keyword.startsWith(`${keyword} `)),
  );
}
