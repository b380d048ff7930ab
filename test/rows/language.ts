import { families, NOT_YET, type Proof, runs, stories, tests } from "./proof.ts";

type Rows = Readonly<Record<string, Proof>>;

const flow = (...words: readonly string[]): readonly string[] => tests("check/flow.test.ts", ...words);
const sound = (...words: readonly string[]): readonly string[] => tests("check/soundness.test.ts", ...words);
const declared = (...words: readonly string[]): readonly string[] => tests("check/declarations.test.ts", ...words);
const waits = (...words: readonly string[]): readonly string[] => tests("check/waits.test.ts", ...words);
const lowered = (...words: readonly string[]): readonly string[] => tests("plan/lower.test.ts", ...words);
const valid = (...words: readonly string[]): readonly string[] => tests("emit/validators.test.ts", ...words);
const times = (...words: readonly string[]): readonly string[] => tests("check/times.test.ts", ...words);
const timed = (...words: readonly string[]): readonly string[] => tests("engine/emitted/times.ts", ...words);
const VALUES = tests("plan/expressions.test.ts", "type-checks", "has the value that the plan says, which fits its type");

/** An expression: how it is read, what is drawn of it at random, and that what is emitted of it has the value that the plan says. */
const worth = (read: string, drawn: string): Proof => [
  ...tests("ast/expressions.test.ts", read),
  ...tests("plan/written.ts", drawn),
  ...VALUES,
];

const DECLARATIONS: Readonly<Record<string, Rows>> = {
  Declarations: {
    "type T = …": [...sound("a type of itself in a list, a record, or absent"), ...valid("may do so in a ring, in any order")],
    "error E { fields }": [...flow("without data that it needs"), ...runs("fail: the saga turns back with its own error")],
    "service s { … }": [
      ...tests("check/names.test.ts", "a service like no other is fine"),
      ...lowered("come from the service for its steps"),
    ],
    "signal s { fields }": waits("of a signal of the saga", "of a signal of the file", "that nobody awaits"),
    "compute f(x: T): U": [
      ...declared("is called with what it takes"),
      ...tests("engine/called-sagas.test.ts", "is given its arguments"),
    ],
    'import { A, B as C } from "./x.saga"': tests(
      "check/imports.test.ts",
      "has the declared names in the plan, whatever the file calls them",
    ),
    'import type { T } from "./x.ts"': [
      ...tests("check/typescript-types.test.ts", "are what they are made of"),
      ...tests("emit/whole-language.test.ts", "compiles no more where a type of the user's is no longer what it was"),
    ],
    "saga S { … }": tests("check/names.test.ts", "a clause of a saga behind a step", "no statement"),
  },
  "The parts of a saga": {
    "version 1": [...tests("check/names.test.ts", "version 0"), ...lowered("are the version")],
    "timeout 3d": [...sound("no timeout"), ...stories("the deadline before the pivot turns back")],
    "undo within 1h": [...declared("is a duration", "is not nothing"), ...runs("undo within: it is overdue, and goes on")],
    "input { field: type }": tests("engine/worker.test.ts", "input of another type"),
    "tags { … }": [...declared("are made of the input"), ...tests("emit/whole-language.test.ts", "are made from the input")],
    "signal s { fields }": waits("of a signal of the saga"),
    statements: tests("check/names.test.ts", "no statement"),
    "output { … }": [...sound("the saga's output"), ...runs("inquire: it happened, so it is not made again")],
    "on completed { … } on compensated { … }": runs(
      "on completed: a step that is given up",
      "on compensated: when everything is undone",
    ),
  },
  "What is known of a service": {
    "idempotent for 7d": [
      ...tests("machine/step-outcome.test.ts", "is definite where the service is %s"),
      ...sound("retries beyond the memory of keys"),
    ],
    fenced: [...tests("machine/step-outcome.test.ts", '["safe", "fenced"]'), ...sound("… not with a fence")],
    "max 20": [
      ...tests("check/service-limits.test.ts", "at once"),
      ...tests("engine/turns.test.ts", "their time begins when they are called", "what its saga says"),
    ],
    "rate 100/s": [
      ...tests("check/service-limits.test.ts", "in a second"),
      ...tests("engine/turns.test.ts", "begin so many in a time", "the slowest of several rates"),
    ],
    "timeout 5s retry 5 backoff 1s..1m": lowered("come from the service for its steps, not for compensations and inquiries"),
  },
  Types: {
    "string boolean number": valid('["string"', '["boolean"', '["number"'),
    int: valid('["int"'),
    "uuid date datetime": valid('["uuid"', '["date"', '"datetime"'),
    duration: valid('["duration"'),
    json: valid('["json"'),
    "T[]": valid('["list"'),
    "T?": valid('["maybe"', "that may be absent may be missing, null, or undefined"),
    "record<T>": valid('["counts"'),
    '"a" | "b"': valid('["color"'),
    "{ a: T, b: U }": valid("that nobody declared are dropped, deep inside too"),
  },
};

const STEPS: Readonly<Record<string, Rows>> = {
  Steps: {
    step: sound("a step without a compensation"),
    "readonly step": sound("a readonly step that is compensated"),
    "pivot step": [...sound("two pivots", "a pivot in a group", "a pivot that is compensated"), ...runs("pivots on two ways")],
    "best effort step": [
      ...flow("needs no compensation, and its output may be absent", "is not undone"),
      ...runs("best effort: on it goes"),
    ],
    "input { … }": [
      ...lowered("have values and types"),
      ...tests("machine/step-outcome.test.ts", "is what the plan says: input, outputs of earlier steps"),
    ],
    "output { field: type }": [
      ...sound("an output that the step does not have"),
      ...stories("an output that does not fit its type parks"),
    ],
    "throws E, F": [
      ...tests("check/names.test.ts", "an error thrown twice"),
      ...tests("machine/step-outcome.test.ts", "a declared error on a first delivery is definite"),
    ],
    "on E, F …": [...flow("continue leaves the output out"), ...runs("on E continue, a block, fail with another")],
    "timeout 5s": [...lowered("a step before the pivot"), ...stories("a time-out: the handler is told to abort")],
    "retry 5 backoff 200ms..10s": [
      ...lowered("retry none", "retry 5 backoff 1s..1m30s", "retry forever"),
      ...runs("retry n then park: a person is asked"),
    ],
    "key expr": tests(
      "engine/own-keys.test.ts",
      "stands, with its service, in place of saga, id and step",
      "is the same for every attempt",
    ),
    "inquire op { … }": [...lowered("an inquiry"), ...runs("inquire: it happened, so it is not made again")],
    "compensate op { … }": [...lowered("a compensation"), ...stories("a compensation that never succeeds parks")],
    'compensate none because "…"': [
      ...sound("a reason, a readonly step"),
      ...tests("machine/way-back.test.ts", "leaves out what is readonly, excused"),
    ],
  },
  "Where a step stands": {
    "before the pivot": sound("a step without a compensation"),
    "after the pivot": [
      ...sound("a compensation behind the pivot", "an error behind the pivot", "a limit behind the pivot"),
      ...flow("park behind the pivot", "a limit behind the pivot that parks"),
    ],
    "after the pivot, in a try": flow("behind the pivot, of what would be undone", "behind the pivot, of what need not be"),
    "where the pivot may have passed": [
      ...flow("a limit where the pivot may have passed", "no compensation where it may have passed"),
      ...runs("where the pivot may have passed: behind it"),
    ],
  },
  "What then": {
    fail: [...flow("fail, said"), ...runs("on E continue, a block, fail with another: each where it says")],
    continue: [...flow("continue leaves the output out"), ...runs("on E retry: attempts and pauses of its own")],
    park: [...flow("park does not"), ...runs("on E park: a person lets it be made again")],
    "{ … }": flow("a block may bring the output", "… by its only step", "a block reads the error's data"),
    "on E, F … of a step": [...flow("twice", "of an error that is not thrown"), ...runs("try: what the block did is undone")],
    "on E retry 5 backoff 1m then …": runs("on E retry: attempts and pauses of its own, then what it says"),
    "retry n then … of a step": [
      ...flow("a limit of the pivot that parks", "after a step's own retry"),
      ...runs("retry n then park: a person is asked"),
      ...tests("engine/emitted/scopes.ts", "retry then fail E: nobody knows, so it is undone"),
    ],
    "on E … of a call": families("call: its error by `on E`", "call: without a word its failure is the caller's"),
    "on failure … of a call": families("call: any other end by `retry`, then `on failure`"),
    "otherwise … of a try": runs("try: what the block did is undone", "try otherwise park"),
    "otherwise … of a repeat": [
      ...flow("behind the pivot fails by default"),
      ...families("repeat: rounds spent, and what they did is undone"),
    ],
    "on timeout … of an await": runs("on timeout: without a word it fails", "on timeout: a block"),
  },
};

const STATEMENTS: Readonly<Record<string, Rows>> = {
  Choices: {
    "if … { } else if … { } else { }": runs("if: the first way whose condition holds, and what ran is undone"),
    "let x = expr": [
      ...flow("is a name for a value", "is read below only"),
      ...tests("plan/lets.test.ts", "is written once and worked out once"),
    ],
    "fail E { … }": [
      ...flow("and what stands behind it", "behind the pivot, caught"),
      ...runs("fail: the saga turns back with its own error"),
    ],
  },
  Groups: {
    "parallel { … }": [...tests("check/names.test.ts", "65 branches", "an empty group"), ...stories("an order completes")],
    "branch name { … }": [...sound("of the same branch"), ...runs("parallel on failure cancel")],
    "parallel on failure cancel { … }": runs("parallel on failure cancel: the others are told to abort, and settle"),
    "parallel on failure wait { … }": runs("parallel on failure wait: the branches end before anything is undone"),
    "race { … }": [...flow("waits for nobody"), ...runs("race: the first that ends wins", "race: when all have failed")],
    "race as x { … }": [...flow("has a winner's result", "results of two types"), ...runs("race: the first that ends wins")],
  },
  Items: {
    "as x": [...flow("gives the list of the results", "… of outputs"), ...families("foreach: once for each item")],
    "where cond": [...flow("for some items only"), ...families("foreach: once for each item")],
    "max n": [...flow("none at a time"), ...tests("engine/items.test.ts", "at most %i at once")],
    "on failure cancel": families("foreach: an item that fails turns the whole back"),
    "on failure wait": families("foreach on failure wait: those that run come to their end"),
    "on failure continue": families("foreach on failure continue: an item is undone alone, and the results say so"),
  },
  "Blocks that fail alone": {
    "try { … } otherwise …": [...flow("what its block did is absent behind it"), ...runs("try: what the block did is undone")],
    "try timeout d { … }": [
      ...flow("has a time", "longer than the saga"),
      ...runs("try timeout: the block fails when its time has passed"),
    ],
    "try as x { … }": flow("both paths have a result", "one path has none"),
  },
  Repetition: {
    "repeat max n { … } until cond": [
      ...flow("names stand for the last round", "without an end"),
      ...families("repeat: until the condition holds"),
    ],
    "every d": families("repeat: until the condition holds, with a pause between rounds"),
    "otherwise …": [
      ...flow("behind the pivot says what then"),
      ...tests("machine/children.test.ts", "when they are spent: continues, parks, or takes another path"),
    ],
  },
  "Other sagas": {
    "call S { … }": [
      ...flow("of a saga with a pivot", "in a circle is told once"),
      ...families("call: another saga, undone as a whole"),
    ],
    "call S as x { … }": [...flow("has the saga's output"), ...families("call: another saga, undone as a whole")],
    "input { … }": [
      ...flow("without its input", "with input of another type"),
      ...tests("engine/called-sagas.test.ts", "its input is held against its own type"),
    ],
    "on E …": [...flow("an error that it never fails with"), ...families("call: its error by `on E`, with attempts of its own")],
    "retry 3 backoff 1m": [
      ...flow("with a `then` of its retry"),
      ...families("call: any other end by `retry`, then `on failure`"),
    ],
    "on failure …": [
      ...flow("behind the pivot without a word on failure"),
      ...families("call: any other end by `retry`, then `on failure`"),
    ],
  },
  "After the end": {
    "on completed { … }": [
      ...flow("nothing is undone", "nothing is tried forever"),
      ...runs("on completed: a step that is given up is an alarm"),
    ],
    "on compensated { … }": [...flow("the failure is known"), ...runs("on compensated: when everything is undone")],
  },
  Waiting: {
    "await s, await s as x": [
      ...waits("under another name"),
      ...runs("await: a signal that it takes, one that was sent before counts"),
    ],
    "where cond": [...waits("of one that fits, by either name"), ...runs("await: a signal that it takes")],
    "timeout d, by t": [
      ...waits("with both kinds of limits", "after the pivot, without a limit"),
      ...runs("on timeout: without a word it fails", "on timeout: a block"),
    ],
    "on timeout …": tests(
      "machine/waits.test.ts",
      "fail with an error of its own",
      "continue: it goes on without",
      "a block: the other path",
      "park: a person lets it wait once more",
    ),
    "await any { on a where … { … } on b { … } }": [
      ...waits("with a case that is never taken"),
      ...runs("await any: whichever comes first, with what is done then"),
    ],
    "sleep d, sleep until t": [
      ...waits("until an instant", "longer than the saga has"),
      ...runs("sleep: for a while, and until an instant that has passed"),
    ],
  },
};

const EXPRESSIONS: Readonly<Record<string, Rows>> = {
  Expressions: {
    '"text" 7 2.5 true null 5s': [...tests("ast/literals.test.ts", "hold expressions with braces"), ...VALUES],
    "input.total.amount": worth("input.a.b", "input.p.q"),
    "{ a: 1, input.b } [input.a, input.b]": worth("{ a: 1, b.c d: 2 e }", "intList"),
    "items[i]": worth("a[0].b", "]"),
    "items[].sku": worth("a[].b", "input.rows[].n"),
    '"order ${input.orderId}"': [
      ...tests("plan/written.ts", "input.b}"),
      ...VALUES,
      ...declared("is told with the way that it took"),
    ],
    "a == b a != b": worth("a == b", '"!="'),
    "< <= > >=": worth("a <= b", '"<="'),
    "and or not": worth("a or b and c", '"and", "or"'),
    "+ - *": worth("1 + 2 * 3 - 4", '"+", "-", "*"'),
    "/ %": worth("-a * b % c / d", "(input.n / input.i ?? 0.5)"),
    "at + 2h at - 2h until - from": worth("input.day - 6h", 'two("datetime", "datetime"'),
    'prices[key] prices["small"]': worth("a[0].b", "input.c[${a}]"),
    "a ?? b": worth("a ?? b ?? c", '"maybeInt"'),
    "c ? a : b": worth("a ? b : c", "choice"),
    "length(x)": worth("f()", "length("),
    "sum(list) min(a, b) max(a, b)": worth("max(1, 2)", "sum("),
    "contains(list, x)": worth("f(1, b,)", "contains("),
  },
  Durations: {
    "a step, try, await, sleep, every, the backoff of a call": [
      ...times("of a step: of the input", "… of an earlier step", "of a call"),
      ...waits("for a time that is worked out"),
      ...timed("times: of an attempt and its pause, as the input says", "times: of an item's step"),
    ],
    "a compensation, an inquiry": [
      ...times("of a compensation: of the step's output, which may be absent", "of an inquiry", "… of its own output"),
      ...timed("a compensation has its own, of the answer or what counts without"),
    ],
    "on E retry n backoff …": [
      ...times("for an error: of its data", "… of several, which have none"),
      ...timed("times: the pause before another attempt for an error is what the error says"),
    ],
    "the saga itself": [...times("of a saga: of its input", "… of a step"), ...timed("times: the saga's own, of its input")],
    "a service": [...times("of a service: of constants", "… of a saga's input"), ...timed("times: of a service")],
  },
  Names: {
    input: declared("are made of the input", "read no step"),
    "a step": [
      ...sound("of a later step", "of its own, in its compensation", "of its own, in an inquiry"),
      ...lowered("is the step's own output in its compensation"),
    ],
    "what stands in a branch of a parallel": sound("of a sibling", "of the same branch", "of an earlier group"),
    "the name of a branch": [
      ...tests("check/branches.test.ts", "its branches have results by their names", "of a race, which may be absent"),
      ...tests("engine/emitted/scopes.ts", "branches: behind a parallel each is called by its name"),
    ],
    "what stands in an if, a branch of a race, a try, a case, or the block of an on E": flow(
      "may be absent behind it",
      "is not there in another arm",
      "its losers are absent",
      "… and in the other path",
      "a block does not read the step",
    ),
    "let x": flow("is read below only", "of an arm is read in the arm only"),
    "the item of a foreach": flow("is not read from outside", "nor its item"),
    "what stands in a repeat": flow("names stand for the last round"),
    "a signal, or its as": waits("of one that fits, by either name", "whose signal is read before it came"),
    "as x of race, foreach, try, call": flow(
      "has a winner's result",
      "gives the list of the results",
      "both paths have a result",
      "has the saga's output",
    ),
    E: flow("a block reads the error's data", "… not behind it"),
    failure: flow("knows the failure", "of a repeat as well", "… not in its block", "the failure is known"),
  },
};

const TO_COME = [
  "collect s for d as x",
  "first x in list { … } otherwise …",
  "parallel first n { … }",
  "start S { … }",
  "undo a",
  "on undo { … }",
  "publish x = expr",
  "lock expr wait d",
  "confirm op { … }",
  "emits E",
  "compensate op first",
  "choreographed saga S { … }",
];

/** Rows of docs/language.md, by heading and first cell. */
export const LANGUAGE: Rows = Object.fromEntries(
  Object.entries({
    ...DECLARATIONS,
    ...STEPS,
    ...STATEMENTS,
    ...EXPRESSIONS,
    "Not available yet": Object.fromEntries(TO_COME.map((row) => [row, NOT_YET])) as Rows,
  }).flatMap(([heading, rows]) => Object.entries(rows).map(([row, proof]) => [`${heading}: ${row}`, proof] as const)),
);
