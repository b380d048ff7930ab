import { LANGUAGE } from "./language.ts";
import { NOT_YET, type Proof, tests } from "./proof.ts";

/** What holds the row of docs/language.md in which the clause is described. */
function as(row: string): Proof {
  const proof = LANGUAGE[row];
  if (proof === undefined) throw new Error(`docs/language.md has no row ${row}`);
  return proof;
}

const BY_ROW: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a file": {
    import: 'Declarations: import { A, B as C } from "./x.saga"',
    type: "Declarations: type T = …",
    error: "Declarations: error E { fields }",
    service: "Declarations: service s { … }",
    signal: "Declarations: signal s { fields }",
    compute: "Declarations: compute f(x: T): U",
    saga: "Declarations: saga S { … }",
    choreographed: "Not available yet: choreographed saga S { … }",
  },
  "a saga": {
    version: "The parts of a saga: version 1",
    timeout: "The parts of a saga: timeout 3d",
    "undo within": "The parts of a saga: undo within 1h",
    input: "The parts of a saga: input { field: type }",
    tags: "The parts of a saga: tags { … }",
    signal: "The parts of a saga: signal s { fields }",
    output: "The parts of a saga: output { … }",
    "on completed": "After the end: on completed { … }",
    "on compensated": "After the end: on compensated { … }",
  },
  "a service": {
    idempotent: "What is known of a service: idempotent for 7d",
    fenced: "What is known of a service: fenced",
    max: "What is known of a service: max 20",
    rate: "What is known of a service: rate 100/s",
    timeout: "What is known of a service: timeout 5s retry 5 backoff 1s..1m",
    retry: "What is known of a service: timeout 5s retry 5 backoff 1s..1m",
  },
  "a step": {
    input: "Steps: input { … }",
    output: "Steps: output { field: type }",
    throws: "Steps: throws E, F",
    timeout: "Steps: timeout 5s",
    retry: "Steps: retry 5 backoff 200ms..10s",
    on: "Steps: on E, F …",
    compensate: "Steps: compensate op { … }",
    confirm: "Not available yet: confirm op { … }",
    inquire: "Steps: inquire op { … }",
    key: "Steps: key expr",
    lock: "Not available yet: lock expr wait d",
    emits: "Not available yet: emits E",
  },
  "a `parallel` or `race`": {
    branch: "Groups: branch name { … }",
    as: "Groups: race as x { … }",
    "on failure": "Groups: parallel on failure wait { … }",
  },
  "a `foreach`": {
    as: "Items: as x",
    where: "Items: where cond",
    max: "Items: max n",
    "on failure": "Items: on failure continue",
  },
  "a `repeat`": {
    max: "Repetition: repeat max n { … } until cond",
    every: "Repetition: every d",
  },
  "a `try`": {
    as: "Blocks that fail alone: try as x { … }",
    timeout: "Blocks that fail alone: try timeout d { … }",
  },
  "an `await`": {
    as: "Waiting: await s, await s as x",
    where: "Waiting: where cond",
    timeout: "Waiting: timeout d, by t",
    by: "Waiting: timeout d, by t",
    "on timeout": "Waiting: on timeout …",
  },
  "an `await any`": {
    timeout: "Waiting: timeout d, by t",
    by: "Waiting: timeout d, by t",
    "on timeout": "Waiting: on timeout …",
    on: "Waiting: await any { on a where … { … } on b { … } }",
  },
  "a `call`": {
    input: "Other sagas: input { … }",
    retry: "Other sagas: retry 3 backoff 1m",
    "on failure": "Other sagas: on failure …",
    on: "Other sagas: on E …",
  },
};

const ALONE: Readonly<Record<string, Proof>> = {
  "a compensation, confirmation or inquiry: input": tests(
    "plan/lower.test.ts",
    "of a compensation or inquiry without an input get the step's own",
  ),
  "a compensation, confirmation or inquiry: timeout": tests(
    "machine/way-back.test.ts",
    "that times out is told to abort, and tried again",
  ),
  "a compensation, confirmation or inquiry: retry": tests(
    "machine/way-back.test.ts",
    "is retried by a policy of its own, then parks",
  ),
  "a compensation, confirmation or inquiry: key": tests(
    "engine/own-keys.test.ts",
    "goes with the way back, and that of the call that is undone is told",
  ),
  "a block: output": tests(
    "check/flow.test.ts",
    "a block may bring the output",
    "has a winner's result",
    "both paths have a result",
  ),
  "a `first`: as": NOT_YET,
  "a `first`: where": NOT_YET,
  "a `collect`: for": NOT_YET,
  "a `collect`: by": NOT_YET,
  "a `collect`: as": NOT_YET,
  "a `collect`: where": NOT_YET,
  "a `collect`: max": NOT_YET,
  "a `collect`: until": NOT_YET,
  "a `start`: input": NOT_YET,
  "a `start`: key": NOT_YET,
};

/** Rows of the grammar's table of clauses, by construct and keyword. */
export const CLAUSES: Readonly<Record<string, Proof>> = {
  ...Object.fromEntries(
    Object.entries(BY_ROW).flatMap(([label, clauses]) =>
      Object.entries(clauses).map(([keyword, row]) => [`${label}: ${keyword}`, as(row)] as const),
    ),
  ),
  ...ALONE,
};
