import { families, type Proof, runs, stories, tests } from "./proof.ts";
import { OUTCOME } from "./step-outcome.ts";

const FAILURE: Readonly<Record<string, Proof>> = {
  "A failure before the pivot": [
    ...tests("machine/group.test.ts", "the first failure stays"),
    ...tests("machine/choice.test.ts", "says when, also where it follows from something else"),
    ...stories("out of stock: the authorization"),
  ],
  "… after the pivot": [
    ...tests("machine/pivot.test.ts", "what fails is retried until it succeeds"),
    ...stories("after the pivot there is only forward"),
  ],
  "What is undone?": [
    ...tests("machine/way-back.test.ts", "leaves out what is readonly, excused, definitely failed or never began"),
    ...stories("attempts spent: the unknown step is undone too"),
  ],
  "In what order?": [
    ...tests("machine/way-back.test.ts", "is the mirror of the program", "is the mirror of groups within groups"),
    ...tests("plan/derive.test.ts", "is the mirror of the way forward"),
    ...stories("the authorization and the order are undone in reverse"),
  ],
  "A branch fails while its siblings run": [
    ...tests(
      "machine/group.test.ts",
      "running handlers are told to abort and waited for",
      "the time limit of one that runs is not set anew",
      "one that does not settle within its time and its grace",
    ),
    ...tests(
      "engine/late-answers.test.ts",
      "is waited for until its own time is over",
      "that was never called is not waited for",
    ),
    ...stories("a declined payment while the reservation still runs"),
    ...runs("parallel on failure cancel: the others are told to abort, and settle"),
  ],
  if: [
    ...tests("machine/choice.test.ts", "takes the first way whose condition holds", "is undone by what ran"),
    ...runs("if: the first way whose condition holds, and what ran is undone"),
  ],
  "fail E { … }": [
    ...tests("machine/choice.test.ts", "turns the saga back with its own error and data"),
    ...runs("fail: the saga turns back with its own error"),
  ],
  "try, try timeout d": [
    ...tests(
      "machine/try.test.ts",
      "is undone, then the other path runs, and the saga goes on",
      "fails the block: what runs is told to abort",
      "after the pivot leads to the other path too",
    ),
    ...runs("try: what the block did is undone", "try timeout: the block fails when its time has passed"),
  ],
  "… otherwise park": [
    ...tests("machine/try.test.ts", "waits for a person, who says that it is done", "or sends the saga back"),
    ...runs("try otherwise park: a person says that it is done"),
  ],
  "A cancel, the deadline or a failure around it while a block is being undone": [
    ...tests(
      "machine/try.test.ts",
      "is remembered until that has ended, and goes past the other path",
      "is not undone a second time",
    ),
    ...runs("a cancel while a block is undone goes past its other path"),
  ],
  race: [
    ...tests(
      "machine/branches.test.ts",
      "is won by the first branch that ends; the others stop at once",
      "goes on when the losers have settled and what they did is undone",
      "is not lost with a branch that fails",
      "fails when all have failed, with the failure of the first in the program",
      "is nobody's once the saga is cancelled",
    ),
    ...runs("race: the first that ends wins", "race: when all have failed it fails"),
  ],
  "parallel on failure wait": [
    ...tests(
      "machine/branches.test.ts",
      "lets the other branches end, and then fails",
      "fails with the failure of the first branch in the program, whichever came first",
      "does not wait for a cancel",
    ),
    ...runs("parallel on failure wait: the branches end before anything is undone"),
  ],
  "Zone maybe (a pivot on one way to here, none on another)": [
    ...tests(
      "machine/choice.test.ts",
      "is undone with the rest where it has not",
      "is carried out where it has",
      "can be sent back by a person",
    ),
    ...runs("where the pivot may have passed: behind it on it goes", "where the pivot may have passed: before it a cancel"),
  ],
  "Several pivots": [
    ...tests("machine/choice.test.ts", "pivots on paths that exclude each other"),
    ...runs("pivots on two ways: the one that is come to"),
  ],
  "undo within d": [
    ...tests("machine/choice.test.ts", "makes the saga overdue, and on it goes", "is not that of a block's own undo"),
    ...runs("undo within: it is overdue, and goes on"),
  ],
  "on completed, on compensated": [
    ...tests(
      "machine/choice.test.ts",
      "runs when the outcome stands",
      "changes no outcome",
      "that fails is an alarm, and the next one runs",
    ),
    ...tests("engine/called-sagas.test.ts", "a worker that takes over runs them"),
    ...runs("on completed: a step that is given up is an alarm", "on compensated: when everything is undone"),
  ],
  "A compensation fails": [
    ...tests(
      "machine/way-back.test.ts",
      "is retried by a policy of its own, then parks",
      "that is parked holds what comes after it",
    ),
    ...stories("a compensation is retried until it succeeds"),
  ],
  "A skipped undo": [
    ...tests("machine/way-back.test.ts", "skip: the saga ends compensated, and says what is missing"),
    ...stories("a person skips it, and the result says so"),
  ],
  Cancel: [
    ...tests("machine/interruption.test.ts", "before the pivot is a failure of that name, and reaches what runs"),
    ...tests("machine/pivot.test.ts", "wait for it; what runs is not aborted", "a cancel changes nothing"),
    ...tests("machine/way-back.test.ts", "is not interrupted by %s, running, waiting or parked"),
    ...tests("testing/run-saga.test.ts", "RT3004"),
    ...tests("engine/worker.test.ts", "RT3003"),
    ...stories("a cancel before the pivot turns back"),
  ],
  "The saga's deadline (timeout)": [
    ...tests("machine/interruption.test.ts", "before the pivot is a failure of its name", "while going back makes it overdue"),
    ...tests("machine/pivot.test.ts", "the deadline makes it overdue, and on it goes"),
    ...stories("the deadline waits for a pivot that is not settled", "the deadline before the pivot turns back"),
  ],
  "Deadline or cancel on a saga that is parked before the pivot": [
    ...tests("machine/interruption.test.ts", "a saga that is parked before the pivot"),
    ...tests("machine/way-back.test.ts", "is not interrupted by %s, running, waiting or parked"),
  ],
  "The pivot's outcome is unknown": tests(
    "machine/pivot.test.ts",
    "neither way is safe: it is retried until it is definite",
    "it is inquired, and retried again while that is unknown",
    "parks at once, in doubt",
    "is asked about: did not happen",
  ),
  "Names of failures that no step declares": [
    ...tests("check/names.test.ts", "of the runtime: an error"),
    ...runs("on timeout: without a word it fails", "try timeout: the block fails when its time has passed"),
    ...families("repeat: rounds spent, and what they did is undone"),
  ],
  "A person on a parked call": [
    ...tests(
      "machine/interruption.test.ts",
      "it happened, with this output",
      "go back: it is undone, because it may have happened",
      "skip is for compensations only",
    ),
    ...tests("engine/worker.test.ts", "of two at once one wins"),
  ],
};

const COMMANDS: Readonly<Record<string, Proof>> = {
  "Starting an id that exists": [
    ...tests("engine/worker.test.ts", "an id that was started with other input, with the place of the difference"),
    ...tests("engine/starts-of-versions.test.ts", "with other input in what both versions name it is refused"),
    ...tests("conformance/starts.ts", "a start is one for all versions of its saga"),
    ...tests("engine/retention.test.ts", "the same start begins nothing until it is forgotten"),
  ],
  "Items of a foreach, rounds of a repeat, called sagas": [
    ...tests(
      "engine/items.test.ts",
      "each is a saga of its own, committed with its root",
      "a parent's row is not written for the end of each item",
    ),
    ...tests("conformance/families.ts", "a root and its children are committed together"),
    ...tests("engine/family-faults.test.ts", "the same history on every store"),
  ],
  "A foreach whose item fails": [
    ...tests(
      "machine/children.test.ts",
      "is undone as a whole, at its place",
      "that failed has undone all of it: there is nothing to undo",
    ),
    ...families("foreach: an item that fails turns the whole back"),
  ],
  "A repeat": [
    ...tests(
      "machine/children.test.ts",
      "makes as many rounds as it may, not one more",
      "sent back by a person: what the rounds did is undone",
    ),
    ...tests("engine/called-sagas.test.ts", "each is an instance of its own; all of them are undone, the last first"),
    ...families("repeat: until the condition holds", "repeat: rounds spent, and what they did is undone"),
  ],
  "A called saga that does not succeed": [
    ...tests(
      "machine/children.test.ts",
      "is called again as often as said",
      "an error with a policy leads elsewhere",
      "on failure: any other end but success",
    ),
    ...families(
      "call: its error by `on E`",
      "call: any other end by `retry`, then `on failure`",
      "call: without a word its failure",
    ),
  ],
  "A completed item, round or called saga that is undone": [
    ...tests("engine/called-sagas.test.ts", "one that completed is undone as a whole, after its endings"),
    ...families("call: another saga, undone as a whole"),
  ],
  await: [
    ...tests(
      "machine/waits.test.ts",
      "one signal by two cases: the first that holds",
      "park: a person lets it wait once more",
      "after the pivot a cancel does not end it",
    ),
    ...runs("await: a signal that it takes, one that was sent before counts", "await any: whichever comes first"),
  ],
  "How are they undone?": [
    ...tests("engine/items.test.ts", "each item is undone once, the last first"),
    ...tests("engine/called-sagas.test.ts", "after its endings"),
  ],
  "An item fails": [
    ...tests(
      "engine/items.test.ts",
      "cancel: the first failure is heard at once",
      "wait: those that run come to their end",
      "continue: an item that fails is undone alone",
    ),
    ...families("foreach: an item that fails", "foreach on failure wait", "foreach on failure continue"),
  ],
  "The input of a called saga does not fit its type": tests(
    "engine/called-sagas.test.ts",
    "what does not fit is a failure, and nothing was begun",
  ),
  "What shows on the root?": tests(
    "engine/items.test.ts",
    "one that parks shows on the root",
    "an undo that a person skips is named in the root's result",
  ),
  Signals: tests(
    "engine/signals.test.ts",
    "the wait that began first and matches takes it",
    "a repeat by its id is dropped",
    "more than a thousand that nothing takes are refused",
    "an undeclared one and data that does not fit are refused",
  ),
  "sleep until, by": [
    ...tests("engine/signals.test.ts", "wakes at the instant by the store's clock"),
    ...tests("conformance/timers.ts", "an instant is when it says, one that has passed is due at once"),
    ...runs("sleep: for a while, and until an instant that has passed", "on timeout: a block"),
  ],
  "A timer and a signal both due after an outage": tests("engine/signals.test.ts", "are taken by their times"),
  "A command (signal, cancel, a person's verb)": tests(
    "conformance/commands.ts",
    "a repeat answers with what is there and appends nothing",
    "the result is durable",
    "a command is consumed once",
  ),
  "What runs when": [
    ...tests("engine/store-faults.test.ts", "at every call of the store"),
    ...tests("testing/run-saga.test.ts", "kills its worker where it is told to"),
    ...tests("crash/crash.test.ts", "nothing is lost or doubled"),
  ],
  Ownership: [
    ...tests("conformance/leases.ts", "what another holds is not given, until it has expired; then the epoch is higher"),
    ...tests("conformance/commits.ts", "a zombie that wakes up after another took over is fenced"),
    ...tests("engine/worker.test.ts", "stops its effects, commits nothing more"),
  ],
  "A call beyond what its service (max, rate) or the worker (concurrency) takes": tests(
    "engine/turns.test.ts",
    "their time begins when they are called",
    "begin so many in a time",
    "beyond what the worker does at once wait too",
    "do not hold up other services",
    "leaves calls that wait to the next one",
  ),
  "… that is told to abort while it waits": tests("engine/turns.test.ts", "are never made where the saga turns back meanwhile"),
  "Many retries of one service at once": [
    ...tests("engine/turns.test.ts", "makes them wait and drops none"),
    ...tests("engine/admission.test.ts", "that are answered give their place", "never come to more than the budget"),
  ],
  SIGTERM: tests(
    "engine/worker.test.ts",
    "it waits for running handlers, commits what they answer, begins nothing new",
    "a handler that outlives the grace",
  ),
  "A lost reply of the store": [
    ...tests("conformance/faults.ts", "a lost reply of commit: reading shows its commit id"),
    ...tests("engine/cut-reply.test.ts", "nothing is doubled, nothing is lost, and each lost reply was seen as one"),
  ],
  Timers: [
    ...tests("conformance/timers.ts", "never before", "reading clears nothing: a timer stays due until a commit clears it"),
    ...tests(
      "engine/time-limits.test.ts",
      "a call's time begins when it is made, and `ctx.deadlineMs` says when it is over",
      "what was over before a command was accepted comes before it, also where the worker is late to notice",
    ),
  ],
  "One saga's data makes the engine throw": tests(
    "engine/worker.test.ts",
    "is set aside alone, by name; its commands are kept and others go on",
  ),
  "A person releases it (release)": tests(
    "engine/release.test.ts",
    "what a wrong deploy set aside goes on when it is released under the old code",
    "where it still cannot go on it stays set aside, and who asked is told why",
  ),
  "The worker lacks a saga that is called": tests(
    "engine/called-sagas.test.ts",
    "a worker that does not serve the callee does not start",
  ),
  Versions: tests("release/side-by-side.ts", "each ends with the machine it began with, also over a restart"),
  "A snapshot of another plan": tests("engine/worker.test.ts", "from another plan: what a change without a new version does"),
  "Read your writes": tests(
    "engine/reads.ts",
    "a read shows at least what the command did that it names",
    "it waits for a version",
    "nobody holds its partition",
    "a cancel waits for the pivot, and says that it does",
  ),
  "Attempts in a row that come to the same": tests(
    "engine/counted.test.ts",
    "are one record, and are told as they were",
    "are counted anew where they come to something else",
    "fold to where the saga stands wherever its worker is killed in the middle of them, and another one carries on",
  ),
  Limits: [
    ...tests(
      "engine/limits.test.ts",
      "is told of in the log: %s",
      "takes no signal any more, and still what ends it",
      "of %s is refused where it %s",
    ),
    ...tests(
      "engine/worker.test.ts",
      "an id that is too long",
      "a key that could reach a prototype",
      "input that is too large",
      "nested too deeply",
    ),
    ...tests("engine/signals.test.ts", "ids that look like a child's are refused"),
  ],
};

/** Rows of docs/semantics.md, by heading and question. */
export const SEMANTICS: Readonly<Record<string, Proof>> = {
  ...under("A step's outcome", OUTCOME),
  ...under("Failure and undoing", FAILURE),
  ...under("Starting, commands, workers", COMMANDS),
};

function under(heading: string, rows: Readonly<Record<string, Proof>>): Record<string, Proof> {
  return Object.fromEntries(Object.entries(rows).map(([row, proof]) => [`${heading}: ${row}`, proof]));
}
