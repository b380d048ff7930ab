/**
 * What to do about a mistake of form, told by what stands around it on its line. THE table of what people write who come from other
 * languages, or know half of a construct; the first row that fits is taken.
 */

interface Hint {
  /** Of the message: where the same signs mean different things. */
  readonly says?: RegExp;
  /** Of the line, up to the place of the mistake; matched at its end, without blanks behind it. */
  readonly before?: RegExp;
  /** Of the line, from the place of the mistake on. */
  readonly at?: RegExp;
  /** What to do; `{name}` is what a group of that name has matched. */
  readonly help: string;
}

const NAME = "[\\p{L}_][\\p{L}\\p{Nd}_]*";

function before(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{Nd}_.])${pattern.replaceAll("NAME", NAME)}$`, "u");
}

function at(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replaceAll("NAME", NAME)})`, "u");
}

function word(...words: string[]): RegExp {
  return new RegExp(`^(?:${words.join("|")})(?![\\p{L}\\p{Nd}_])`, "u");
}

const IN_TYPES: readonly Hint[] = [
  { before: before("(?<name>NAME)"), at: at("\\?\\s*:"), help: "What may be absent is said behind the type: `{name}: string?`." },
  { before: before("(?:Array|ReadonlyArray|List|Set)"), at: at("<\\s*(?<of>NAME)"), help: "A list is written `{of}[]`." },
  {
    before: before("(?:Record|Map)"),
    at: at("<"),
    help: "Values under texts are a `record<…>`, with the type of the values alone.",
  },
  {
    before: before("record\\s*<\\s*(?:string|NAME)"),
    at: at(",\\s*(?<of>NAME)"),
    help: "The keys of a `record` are texts: write the type of the values alone, `record<{of}>`.",
  },
  {
    before: before("type\\s+NAME"),
    at: at("<"),
    help: "A type has no parameters: declare one for each use, `type OrderPage = { … }`.",
  },
  { before: before("type\\s+NAME\\s*=\\s*secret"), help: "A field is secret, not a type: write `{ iban: secret string }`." },
  { before: before("Promise"), at: at("<"), help: "Write the type alone: every step is waited for." },
  {
    says: /Expected a type/,
    at: word("null", "undefined", "void"),
    help: "What may be absent has a `?` behind its type: `string?`.",
  },
  { says: /Expected a type/, at: word("any"), help: "JSON of any kind is `json`." },
  {
    says: /Expected a type/,
    before: /(?<![\p{L}\p{Nd}_.])output\s*\{[^{}]*$/u,
    at: word("input", "failure", "true", "false", "[0-9]+", "null"),
    help: "A step's `output` says of what type its answer is, `id: string`; values stand in the `output` of the saga, behind its steps.",
  },
  {
    says: /Expected a type/,
    help: 'Types are `string`, `int`, `number`, `boolean`, `uuid`, `date`, `datetime`, `duration`, `json`, a declared one, `T[]`, `T?`, `{ a: T }` or `"a" | "b"`.',
  },
];

const IN_DECLARATIONS: readonly Hint[] = [
  { at: word("export"), help: "Leave it out: every declaration can be imported." },
  {
    at: word("class", "exception"),
    help: "Write `error Name { field: type }` for what a step may answer, `type Name = { … }` for data.",
  },
  {
    at: at("function\\s+(?<name>NAME)"),
    help: "Declare `compute {name}(x: type): type` beside the sagas, and write the function in TypeScript.",
  },
  {
    before: before("(?<kind>error|signal)\\s+(?<name>NAME)"),
    help: "Its fields stand in braces: `{kind} {name} { field: type }`.",
  },
  { before: before("type\\s+(?<name>NAME)"), at: at("\\{"), help: "Write `type {name} = { … }`." },
  { before: before("import(?:\\s+type)?"), help: 'Names stand in braces: `import { Money } from "./common.saga"`.' },
  {
    before: before("saga\\s+(?<name>NAME)"),
    help: "Its parts stand in braces, `saga {name} { … }`; what it is started with is the `input { … }` among them.",
  },
  { before: before("version"), help: "Versions are whole numbers: `version 1`." },
  { before: before("idempotent"), help: "Say for how long it answers a repeated call from its record: `idempotent for 7d`." },
];

const IN_CLAUSES: readonly Hint[] = [
  {
    before: before("retry\\s+\\d+"),
    at: word("times?", "attempts?", "x"),
    help: "Leave it out: `retry 3` is three attempts in all.",
  },
  {
    before: before("retry"),
    help: "Say how many attempts there are in all, as a written number: `retry 3 backoff 1s..10s`, `retry forever` or `retry none`.",
  },
  { before: /\.\.$/, at: at("\\."), help: "From one to the other is written with two dots: `1s..10s`." },
  {
    before: before("throws\\s+[^{}()[\\]]*"),
    at: at("(?<name>NAME)"),
    help: "Several errors stand with commas between: `throws A, {name}`.",
  },
  { before: before("throws"), at: at("[[({]"), help: "Write the names alone: `throws A, B`." },
  {
    before: before("on\\s+(?<name>NAME)"),
    at: at("=\\s*>|:|->"),
    help: "What is done stands right behind the name: `on {name} fail`, or `on {name} { … }`.",
  },
  { before: before("compensate\\s+none"), help: 'Say why: `compensate none because "…"`.' },
  {
    before: before("compensate"),
    help: 'Name the operation that undoes it, `compensate release` or `compensate release { input { … } }`; or say that there is nothing to undo, `compensate none because "…"`.',
  },
  {
    before: before("compensate\\s+(?:with|by|using)"),
    at: at("(?<name>NAME)"),
    help: "Name the operation right behind `compensate`: `compensate {name}`.",
  },
  {
    before: before("(?<clause>compensate|inquire)\\s+(?<name>NAME(?:\\.NAME)?)"),
    at: at("\\("),
    help: "What it is called with stands in braces: `{clause} {name} { input { … } }`.",
  },
  { before: before("fail"), at: at("[\"']"), help: "Declare the error, `error Name { … }`, and name it: `fail Name { … }`." },
  {
    says: /Expected the name of an error after `fail`/,
    help: "Say with which error: `fail Name { … }`, with `error Name { … }` beside the sagas.",
  },
  { before: before("fail\\s+(?<name>NAME)"), at: at("\\("), help: "Its data stands in braces: `fail {name} { field: value }`." },
  { before: before("(?<clause>input|output|tags)"), help: "What belongs to it stands in braces: `{clause} { … }`." },
  { before: before("max"), help: "Write a whole number, `max 20`: it cannot be worked out." },
  { before: before("rate"), help: "Write how many begin in which time: `rate 100/s`." },
  { at: at("\\.\\.\\."), help: "There is no spread: write each entry, `{ input.orderId, input.sku }`." },
];

const IN_BRACES: readonly Hint[] = [
  {
    says: /expected (?:a field|an entry)/,
    at: at("(?:and|or|not|true|false|null)\\s*:"),
    help: "Take another name: of the words of the language `and`, `or`, `not`, `true`, `false` and `null` name no field.",
  },
  {
    says: /expected an entry/,
    before: before("(?:NAME\\s*\\.\\s*)*(?<name>NAME)"),
    at: at("(?<sign>\\?\\?|[-+*/%]|[<>=!]=|[<>?]|(?:and|or)\\b)"),
    help: "Give the whole a name: `{name}: … {sign} …`.",
  },
  {
    says: /expected an entry/,
    before: before("(?<callee>NAME)"),
    at: at("\\("),
    help: "Give the value a name: `name: {callee}(…)`.",
  },
  {
    says: /[Ee]xpected an entry/,
    help: "Write each entry as `name: value`; without a name stands only what ends with one, such as `input.orderId`.",
  },
  {
    says: /expected a field/,
    before: before("(?<name>NAME)\\s*:\\s*(?<type>NAME)"),
    at: at("=\\s*(?<value>[^\\s,}]+)"),
    help: "Fields have no defaults: say `{name}: {type}?`, and where it is read `… ?? {value}`.",
  },
  {
    says: /Expected `:` after/,
    before: /(?:^|[{,])\s*(?<name>[\p{L}_][\p{L}\p{Nd}_]*)$/u,
    at: at("[,}]|$"),
    help: "A field has a type: `{name}: string`.",
  },
];

const IN_STEPS: readonly Hint[] = [
  {
    before: before("step\\s+(?<name>NAME)(?:\\s+on\\s+NAME(?:\\.NAME)?)?"),
    at: word("when", "if", "unless", "where"),
    help: "A step has no condition of its own: write `if condition { step {name} … }`.",
  },
  { before: before("step\\s+(?<service>NAME)"), at: at("\\.\\s*(?<name>NAME)"), help: "Write `step {name} on {service} { … }`." },
  { before: before("step\\s+(?<name>NAME)"), at: at("(?<service>NAME)"), help: "Write `step {name} on {service} { … }`." },
  {
    before: before("step\\s+(?<name>NAME)"),
    at: at("\\("),
    help: "What it is called with is a clause of its own: `step {name} on service { input { … } }`.",
  },
  { before: before("best"), at: at("-"), help: "Write `best effort step`." },
  { at: word("bestEffort", "best_effort", "besteffort"), help: "Write `best effort step`." },
  { before: before("(?<kind>pivot|readonly|best\\s+effort)"), at: at("(?<name>NAME)"), help: "Write `{kind} step {name}`." },
  { before: before("(?<name>NAME)"), at: at("-\\s*NAME"), help: "Names have letters, digits and `_`, and no `-`." },
  {
    before: before("step\\s+(?<name>NAME)(?:\\s+on\\s+NAME(?:\\.NAME)?)?"),
    help: "Its clauses stand in braces: `step {name} on service { … }`.",
  },
];

const IN_STATEMENTS: readonly Hint[] = [
  {
    before: before("(?:if|else\\s+if)\\s.*"),
    at: word("step", "fail", "call", "pivot", "let", "sleep", "await", "return"),
    says: /Expected `\{`/,
    help: "What is done stands in braces: `if condition { … }`.",
  },
  {
    says: /expected a branch/,
    at: at("(?<branch>NAME)\\s*:"),
    help: "A branch with a name is written `branch {branch} { … }`.",
  },
  { before: before("await"), at: at("[0-9]"), help: "An `await` waits for one signal: write it as often, or in a `repeat`." },
  { at: at("--"), help: "A comment begins with `//`." },
  {
    says: /expected `on signal/,
    at: at("(?<signal>NAME)"),
    help: "A case is written `on {signal} { … }`.",
  },
  {
    before: before("parallel"),
    at: word("foreach", "for"),
    help: "A `foreach` runs its items at once by itself: leave `parallel` out, and say how many with `max`.",
  },
  {
    before: before("call\\s+(?<saga>NAME)"),
    at: at("\\("),
    help: "What it is started with stands in braces: `call {saga} { input { … } }`.",
  },
  {
    at: word("async"),
    help: "Leave it out: each statement ends before the next begins; what runs at once stands in `parallel { … }`.",
  },
  {
    before: before("await"),
    at: word("step", "call", "parallel", "pivot", "readonly", "foreach"),
    help: "Leave `await` out: each statement ends before the next begins. `await` waits for a signal.",
  },
  {
    before: /=$/,
    at: word("await"),
    help: "What a step has answered is read by its name: `reserve.reservationId`. `await` is a statement, and waits for a signal.",
  },
  {
    before: before("await\\s+NAME.*"),
    at: word("for"),
    help: "How long it waits is said with `timeout 2d`, until when with `by`.",
  },
  {
    at: at("for\\s*\\(\\s*(?:const\\s+|let\\s+|var\\s+)?(?<item>NAME)"),
    help: "Write `foreach {item} in list { … }`, without brackets.",
  },
  {
    before: before("await\\s+(?<a>NAME)"),
    at: at("or\\b|and\\b|,|\\|"),
    help: "For the first of several signals write `await any { on {a} { … } on other { … } }`.",
  },
  { at: word("elseif", "elif", "elsif"), help: "Write `else if`." },
  {
    at: word("while", "do", "loop"),
    help: "Rounds are written `repeat max 10 { … } until condition`, the items of a list `foreach item in list { … }`.",
  },
  { at: word("switch", "match", "case"), help: "Choices are written `if … { } else if … { } else { }`." },
  {
    says: /Expected `otherwise`|after `otherwise`/,
    at: at("(?:on\\s+)?(?<error>[A-Z]NAME)"),
    help: "An `otherwise { … }` is taken whatever has failed: `failure.name` says what. What is done for one error alone stands in the step that throws it: `on {error} { … }`.",
  },
  {
    says: /Expected `otherwise`/,
    help: "Say what is done when the block has failed and is undone: `otherwise { … }`, `otherwise continue` or `otherwise park`.",
  },
  {
    at: word("finally"),
    help: "Leave it out: what is done in any case stands behind the `try`; what is done after the end of the saga in `on completed { … }` and `on compensated { … }`.",
  },
  { before: before("foreach"), help: "Write `foreach item in list { … }`, without brackets." },
  { before: before("foreach\\s+(?<item>NAME)"), at: word("of"), help: "Write `foreach {item} in …`." },
  {
    before: before("foreach\\s+(?<item>NAME)"),
    at: at(","),
    help: "Items have no number: write `foreach {item} in …`, and give each one of its own where the list is made.",
  },
  { says: /Expected `until`/, help: "A `repeat` ends with its condition: `repeat max 10 { … } until condition`." },
  { before: before("repeat"), at: at("(?<n>\\d+)"), help: "Write `repeat max {n} { … } until condition`." },
  {
    before: before("repeat"),
    at: word("until", "while"),
    help: "The condition stands behind the block: `repeat max 10 { … } until condition`.",
  },
  {
    before: before("(?<group>parallel|race)"),
    at: at("[[(]"),
    help: "Its branches stand in braces: `{group} { step … step … }`.",
  },
  {
    at: at("(?<service>NAME)\\s*\\.\\s*(?<name>NAME)\\s*[({]"),
    says: /cannot stand here: expected .*statement/,
    help: "What is called is a step: `step {name} on {service} { input { … } }`.",
  },
  {
    at: at("(?<name>NAME)\\s*\\("),
    says: /cannot stand here: expected .*statement/,
    help: "What is called is a step: `step {name} on service { input { … } }`.",
  },
  {
    at: at("(?<name>NAME)\\s*(?:=|[-+*/]=|\\+\\+|--)"),
    says: /cannot stand here: expected .*statement/,
    help: "A value gets its name with `let {name} = …`, and does not change: give what comes of it another name.",
  },
];

const IN_EXPRESSIONS: readonly Hint[] = [
  { before: /[:=]$/, at: word("if"), help: "One of two values is written `condition ? a : b`." },
  { at: word("AND", "And"), help: "Write `and`." },
  { at: word("OR", "Or"), help: "Write `or`." },
  { at: word("NOT", "Not"), help: "Write `not`." },
  { at: word("is", "eq", "equals"), help: "Write `==`." },
  { at: word("in"), help: "Whether a list has a value is asked with `contains(list, value)`." },
  { before: /\+$/, at: at("\\+"), help: "There is no `++`: give the sum a name, `let next = value + 1`." },
  {
    at: at("=\\s*>"),
    help: "There are no functions in expressions: `items[].sku` is the list of all `sku`; for more declare a `compute`, and write it in TypeScript.",
  },
];

const HINTS: readonly Hint[] = [
  ...IN_TYPES,
  ...IN_DECLARATIONS,
  ...IN_CLAUSES,
  ...IN_BRACES,
  ...IN_STEPS,
  ...IN_STATEMENTS,
  ...IN_EXPRESSIONS,
];

/** What to do about a mistake at `place` of the text; `null`: nothing is known. */
export function hintAt(message: string, text: string, place: number): string | null {
  const line = lineAround(text, place);
  for (const hint of HINTS) {
    if (hint.says !== undefined && !hint.says.test(message)) continue;
    const left = hint.before?.exec(line.before);
    const right = hint.at?.exec(line.after);
    if (left === null || right === null) continue;
    const groups: Readonly<Record<string, string | undefined>> = { ...left?.groups, ...right?.groups };
    return hint.help.replace(/\{([a-z]+)\}/g, (whole, name: string) => groups[name] ?? whole);
  }
  return null;
}

/** The line of a place, a stretch of it to each side: no row needs more. */
function lineAround(text: string, place: number): { readonly before: string; readonly after: string } {
  const before = text.slice(Math.max(0, place - REACH), place);
  const after = text.slice(place, place + REACH);
  return {
    before: before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1).trimEnd(),
    after: /^[^\r\n]*/.exec(after)?.[0] ?? "",
  };
}

const REACH = 120;
