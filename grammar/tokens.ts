/**
 * THE table of tokens: every word and sign of the language, once. The lexer, highlighting, completion, hovers and the
 * reference are derived from it; a word that is not here is not a word of the language.
 */

/**
 * How free a word is as a name.
 * - `reserved`: can begin a declaration, statement or clause, or stand where a name could; free as a field name only.
 * - `contextual`: free as a name too.
 * - `operator`: an operator or literal; free only behind a dot.
 */
export type WordClass = "reserved" | "contextual" | "operator";

/** One keyword. */
export interface WordRow {
  readonly word: string;
  readonly class: WordClass;
  /** One line for hovers and the reference. */
  readonly doc: string;
  /** The TextMate scope. */
  readonly scope: string;
}

/** One sign, or one kind of literal or comment. */
export interface SignRow {
  /** The name of the token type; no user ever sees it. */
  readonly name: string;
  readonly pattern: string | RegExp;
  /** What messages call it: "`{`", "a whole number". */
  readonly label: string;
  readonly scope: string;
}

/** A sign of other languages that stands for one of ours: it is read as ours, and reported. */
export interface HabitRow {
  readonly name: string;
  readonly pattern: string | RegExp;
  /** The name of the token it is read as; `null`: it is left out. */
  readonly readAs: string | null;
  readonly problem:
    | "semicolon"
    | "foreign-operator"
    | "single-quotes"
    | "bad-number"
    | "unterminated-comment"
    | "foreign-comment";
  /** What to write instead, for the message's last part. */
  readonly help: string;
}

const DECLARATION = "keyword.declaration.saga";
const STATEMENT = "keyword.control.saga";
const CLAUSE = "keyword.other.saga";
const MODIFIER = "storage.modifier.saga";
const TYPE = "support.type.primitive.saga";
const OPERATOR = "keyword.operator.word.saga";
const CONSTANT = "constant.language.saga";
const VARIABLE = "variable.language.saga";

const reserved = (scope: string, word: string, doc: string): WordRow => ({ word, class: "reserved", doc, scope });
const contextual = (scope: string, word: string, doc: string): WordRow => ({ word, class: "contextual", doc, scope });
const operator = (scope: string, word: string, doc: string): WordRow => ({ word, class: "operator", doc, scope });

/** Every keyword, in alphabetical order. */
export const WORDS: readonly WordRow[] = [
  operator(OPERATOR, "and", "Both conditions hold."),
  reserved(STATEMENT, "any", "`await any { on signal { … } }`: whichever signal comes first."),
  contextual(CLAUSE, "as", "Names a result, or gives an imported name another one."),
  reserved(STATEMENT, "await", "Waits, durably, for a signal."),
  contextual(CLAUSE, "backoff", "The pause between attempts: `200ms..5s` grows exponentially, `30s` is always the same."),
  contextual(CLAUSE, "because", "The recorded reason why a step has nothing to undo."),
  reserved(MODIFIER, "best", "`best effort step`: its failure does not stop the saga, and nothing is undone."),
  contextual(TYPE, "boolean", "`true` or `false`."),
  reserved(STATEMENT, "branch", "Groups several statements of a `parallel` or `race` under a name."),
  reserved(CLAUSE, "by", "The instant at which a wait ends."),
  reserved(STATEMENT, "call", "Runs another saga and waits for it; it is undone as a whole."),
  contextual(CLAUSE, "cancel", "On a failure the other branches are told to stop."),
  reserved(MODIFIER, "choreographed", "A saga without a conductor: each participant does its part and tells the next."),
  reserved(STATEMENT, "collect", "Gathers all the signals of a time."),
  reserved(CLAUSE, "compensate", "The operation that undoes the step."),
  reserved(CLAUSE, "compensated", "`on compensated { … }`: what happens after everything is undone."),
  reserved(CLAUSE, "completed", "`on completed { … }`: what happens after the saga has succeeded."),
  reserved(DECLARATION, "compute", "Declares a pure function that is written in TypeScript."),
  reserved(CLAUSE, "confirm", "Runs after the pivot, until it succeeds (try, confirm, cancel)."),
  contextual(CLAUSE, "continue", "Goes on without it."),
  contextual(TYPE, "date", "A calendar day: `2026-05-01`."),
  contextual(TYPE, "datetime", "An instant, in UTC."),
  contextual(TYPE, "duration", "A length of time: `1h30m`."),
  reserved(MODIFIER, "effort", "Second word of `best effort step`."),
  reserved(STATEMENT, "else", "What happens when the condition of the `if` does not hold."),
  reserved(CLAUSE, "emits", "The names of a step's events in choreography."),
  reserved(DECLARATION, "error", "Declares a business failure, with its data."),
  reserved(CLAUSE, "every", "The pause between the rounds of a `repeat`."),
  reserved(STATEMENT, "fail", "Ends the forward path with an error: the saga turns back."),
  reserved(CLAUSE, "fails", "The event of a step that was refused."),
  reserved(VARIABLE, "failure", "What went wrong: `failure.name`, `.step`, `.summary`, `.at`; and `on failure …`."),
  operator(CONSTANT, "false", "The boolean `false`."),
  contextual(CLAUSE, "fenced", "The service's operations go through the step fence."),
  reserved(STATEMENT, "first", "Tries candidates in order until one succeeds."),
  reserved(CLAUSE, "for", "How long."),
  reserved(STATEMENT, "foreach", "Runs a block once for every item of a list."),
  contextual(CLAUSE, "forever", "Retried until it succeeds."),
  contextual(CLAUSE, "from", "The file an import comes from."),
  contextual(CLAUSE, "idempotent", "How long the service answers a repeated key from its record."),
  reserved(STATEMENT, "if", "Chooses on data."),
  reserved(DECLARATION, "import", "Brings names in from another saga file, or types from TypeScript."),
  contextual(CLAUSE, "in", "The list whose items are taken."),
  reserved(CLAUSE, "input", "What a saga or step is given; in expressions, the saga's input."),
  reserved(CLAUSE, "inquire", "The question to the participant that settles an unknown outcome."),
  contextual(TYPE, "int", "A whole number."),
  contextual(TYPE, "json", "Any JSON value."),
  reserved(CLAUSE, "key", "The idempotency key of a call."),
  reserved(STATEMENT, "let", "Names a pure value."),
  reserved(STATEMENT, "lock", "A semantic lock, held to the end of the saga or step."),
  contextual(CLAUSE, "max", "A bound: calls at once, items at once, rounds, signals."),
  reserved(CLAUSE, "none", "`retry none`: one attempt. `compensate none`: nothing to undo."),
  operator(OPERATOR, "not", "The condition does not hold."),
  operator(CONSTANT, "null", "No value."),
  contextual(TYPE, "number", "A number."),
  reserved(CLAUSE, "on", "The service of a step; or what happens on an error, a failure, a time-out, an end."),
  operator(OPERATOR, "or", "One of the conditions holds."),
  reserved(CLAUSE, "otherwise", "What happens instead."),
  reserved(CLAUSE, "output", "What a step answers; the result of a saga or block."),
  reserved(STATEMENT, "parallel", "Every statement in it is a branch; all run at once."),
  contextual(CLAUSE, "park", "Asks a human."),
  reserved(MODIFIER, "pivot", "The point of no return: before it all can be undone, after it all must succeed."),
  reserved(STATEMENT, "publish", "A value that clients can read while the saga runs."),
  reserved(STATEMENT, "race", "The first branch to succeed wins; the others are undone."),
  contextual(CLAUSE, "rate", "Calls in a time: `100/s`."),
  reserved(MODIFIER, "readonly", "A step that changes nothing, so needs no compensation."),
  contextual(TYPE, "record", "`record<T>`: values by text keys."),
  reserved(STATEMENT, "repeat", "Rounds, with a pause, until a condition holds."),
  reserved(CLAUSE, "retry", "How often an attempt with an unknown outcome is repeated."),
  reserved(DECLARATION, "saga", "Declares a saga."),
  contextual(MODIFIER, "secret", "Masked in logs, history, console and errors."),
  reserved(DECLARATION, "service", "Declares a participant and what is known of it."),
  reserved(DECLARATION, "signal", "Declares a typed message from outside."),
  reserved(STATEMENT, "sleep", "A durable timer."),
  reserved(STATEMENT, "start", "Starts a saga of its own, not waited for and not undone."),
  reserved(STATEMENT, "step", "One local transaction of a service."),
  contextual(TYPE, "string", "Text."),
  reserved(CLAUSE, "tags", "Searchable business keys."),
  contextual(CLAUSE, "then", "What happens when the attempts are used up."),
  reserved(CLAUSE, "throws", "The declared errors of a step."),
  reserved(CLAUSE, "timeout", "How long it may take."),
  operator(CONSTANT, "true", "The boolean `true`."),
  reserved(STATEMENT, "try", "A scope: if it fails, its completed steps are undone and the other path runs."),
  reserved(DECLARATION, "type", "Names a type."),
  reserved(STATEMENT, "undo", "Undoes one completed step, branch or call while going forward."),
  reserved(CLAUSE, "undone", "The event of a step that was undone."),
  reserved(CLAUSE, "until", "The condition or instant at which it ends."),
  contextual(TYPE, "uuid", "A UUID."),
  reserved(CLAUSE, "version", "The saga's version; raised when a released saga changes."),
  contextual(CLAUSE, "wait", "How long to wait for a lock; or: let the other branches end before anything is undone."),
  contextual(CLAUSE, "where", "Only those for which the condition holds."),
  reserved(CLAUSE, "within", "`undo within 1h`: after which an undo still going on is overdue."),
];

/** The scalar types, all of them contextual words. */
export const SCALAR_TYPES = ["string", "boolean", "int", "number", "uuid", "datetime", "date", "duration", "json"] as const;

/** Signs; of two that begin alike the longer one stands first. */
export const SIGNS: readonly SignRow[] = [
  { name: "LeftBrace", pattern: "{", label: "`{`", scope: "punctuation.section.block.begin.saga" },
  { name: "RightBrace", pattern: "}", label: "`}`", scope: "punctuation.section.block.end.saga" },
  { name: "LeftBracket", pattern: "[", label: "`[`", scope: "punctuation.section.brackets.begin.saga" },
  { name: "RightBracket", pattern: "]", label: "`]`", scope: "punctuation.section.brackets.end.saga" },
  { name: "LeftParen", pattern: "(", label: "`(`", scope: "punctuation.section.parens.begin.saga" },
  { name: "RightParen", pattern: ")", label: "`)`", scope: "punctuation.section.parens.end.saga" },
  { name: "Colon", pattern: ":", label: "`:`", scope: "punctuation.separator.colon.saga" },
  { name: "Comma", pattern: ",", label: "`,`", scope: "punctuation.separator.comma.saga" },
  { name: "Range", pattern: "..", label: "`..`", scope: "keyword.operator.range.saga" },
  { name: "Dot", pattern: ".", label: "`.`", scope: "punctuation.accessor.saga" },
  { name: "Coalesce", pattern: "??", label: "`??`", scope: "keyword.operator.coalesce.saga" },
  { name: "Question", pattern: "?", label: "`?`", scope: "keyword.operator.optional.saga" },
  { name: "Bar", pattern: "|", label: "`|`", scope: "keyword.operator.union.saga" },
  { name: "Equal", pattern: "==", label: "`==`", scope: "keyword.operator.comparison.saga" },
  { name: "NotEqual", pattern: "!=", label: "`!=`", scope: "keyword.operator.comparison.saga" },
  { name: "LessEqual", pattern: "<=", label: "`<=`", scope: "keyword.operator.comparison.saga" },
  { name: "GreaterEqual", pattern: ">=", label: "`>=`", scope: "keyword.operator.comparison.saga" },
  { name: "Less", pattern: "<", label: "`<`", scope: "keyword.operator.comparison.saga" },
  { name: "Greater", pattern: ">", label: "`>`", scope: "keyword.operator.comparison.saga" },
  { name: "Assign", pattern: "=", label: "`=`", scope: "keyword.operator.assignment.saga" },
  { name: "Plus", pattern: "+", label: "`+`", scope: "keyword.operator.arithmetic.saga" },
  { name: "Minus", pattern: "-", label: "`-`", scope: "keyword.operator.arithmetic.saga" },
  { name: "Star", pattern: "*", label: "`*`", scope: "keyword.operator.arithmetic.saga" },
  { name: "Slash", pattern: "/", label: "`/`", scope: "keyword.operator.arithmetic.saga" },
  { name: "Percent", pattern: "%", label: "`%`", scope: "keyword.operator.arithmetic.saga" },
];

/** Literals with a pattern; strings and names are read by functions (`strings.ts`, `names.ts`). The first that fits wins. */
export const LITERALS: readonly SignRow[] = [
  {
    name: "Duration",
    pattern: /(?:[0-9]+(?:ms|s|m|h|d))+(?![A-Za-z0-9_])/,
    label: "a duration such as `5s`",
    scope: "constant.numeric.duration.saga",
  },
  { name: "Decimal", pattern: /[0-9][0-9_]*\.[0-9][0-9_]*/, label: "a number", scope: "constant.numeric.saga" },
  { name: "Int", pattern: /[0-9][0-9_]*/, label: "a whole number", scope: "constant.numeric.saga" },
];

/** The string literal, `"… ${expr} …"`, holes included. */
export const STRING: Omit<SignRow, "pattern"> = { name: "Text", label: 'a text in `"…"`', scope: "string.quoted.double.saga" };

/** The identifier. */
export const IDENTIFIER: Omit<SignRow, "pattern"> = { name: "Identifier", label: "a name", scope: "variable.other.saga" };

/** Comments: kept aside from the tokens, for documentation and the formatter. */
export const COMMENTS: readonly SignRow[] = [
  { name: "DocComment", pattern: /\/\/\/(?!\/)[^\r\n]*/, label: "a doc comment", scope: "comment.line.documentation.saga" },
  { name: "LineComment", pattern: /\/\/[^\r\n]*/, label: "a comment", scope: "comment.line.double-slash.saga" },
  { name: "BlockComment", pattern: /\/\*[\s\S]*?\*\//, label: "a comment", scope: "comment.block.saga" },
];

/** What people bring along from other languages. Tried before the signs, as they are longer. */
export const HABITS: readonly HabitRow[] = [
  {
    name: "BadNumber",
    pattern: /[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][+-][0-9][0-9_]*|[A-Za-z][A-Za-z0-9_]*)/,
    readAs: "Duration",
    problem: "bad-number",
    help: "Durations are written like `200ms`, `5s`, `10m`, `2h`, `7d` or `1h30m`, largest unit first and without fractions.",
  },
  { name: "UnclosedComment", pattern: /\/\*[\s\S]*/, readAs: null, problem: "unterminated-comment", help: "Close it with `*/`." },
  {
    name: "SingleQuoted",
    pattern: /'(?:[^'\\\r\n]|\\[^\r\n])*'?/,
    readAs: "Text",
    problem: "single-quotes",
    help: 'Write the text in double quotes: `"…"`.',
  },
  {
    name: "BackQuoted",
    pattern: /`(?:[^`\\\r\n]|\\[^\r\n])*`?/,
    readAs: "Text",
    problem: "single-quotes",
    help: 'Write the text in double quotes; `"… ${value} …"` may hold expressions.',
  },
  {
    name: "Semicolon",
    pattern: ";",
    readAs: null,
    problem: "semicolon",
    help: "Leave it out: nothing has to separate statements.",
  },
  { name: "HashComment", pattern: /#[^\r\n]*/, readAs: null, problem: "foreign-comment", help: "Write `//` in place of `#`." },
  { name: "StrictEqual", pattern: "===", readAs: "Equal", problem: "foreign-operator", help: "Write `==`." },
  { name: "StrictNotEqual", pattern: "!==", readAs: "NotEqual", problem: "foreign-operator", help: "Write `!=`." },
  { name: "AndAnd", pattern: "&&", readAs: "and", problem: "foreign-operator", help: "Write `and`." },
  {
    name: "OrOr",
    pattern: "||",
    readAs: "or",
    problem: "foreign-operator",
    help: "Write `or`; for what counts where a value is absent, `??`.",
  },
  {
    name: "QuestionDotLength",
    pattern: /\?\.(?=length(?![A-Za-z0-9_(]))/,
    readAs: "Dot",
    problem: "foreign-operator",
    help: 'Write `length(…)` around what stands before it, with `?? ""` or `?? []` for where it is absent.',
  },
  {
    name: "QuestionDotIndex",
    pattern: /\?\.(?=\[)/,
    readAs: null,
    problem: "foreign-operator",
    help: "Leave it out: an item of what may be absent may be absent itself.",
  },
  {
    name: "QuestionDot",
    pattern: "?.",
    readAs: "Dot",
    problem: "foreign-operator",
    help: "Write `.`: a member of what may be absent may be absent itself.",
  },
  // Read as `Bang` where nothing ends before it that may be absent: `endsOperand`.
  {
    name: "NonNull",
    pattern: /!(?=[.[])/,
    readAs: null,
    problem: "foreign-operator",
    help: "Leave it out: what may be absent is asked for with `… != null`, or gets another value with `?? …`.",
  },
  { name: "Bang", pattern: /!(?!=)/, readAs: "not", problem: "foreign-operator", help: "Write `not`." },
];
