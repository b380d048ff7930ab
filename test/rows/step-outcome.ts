import { type Proof, runs, stories, tests } from "./proof.ts";

/** Rows of docs/semantics.md under "A step's outcome". */
export const OUTCOME: Readonly<Record<string, Proof>> = {
  "What does a call yield?": [
    ...tests(
      "machine/step-outcome.test.ts",
      "keeps the output of a success",
      "an error that the step does not declare is unknown",
    ),
    ...stories("an order completes", "out of stock: the authorization"),
  ],
  "Is a declared error definite, that is, did it not happen?": [
    ...tests(
      "machine/step-outcome.test.ts",
      "a declared error on a first delivery is definite",
      "proves nothing: the step stays unknown",
      "is definite where the service is %s",
      "is asked about: it did not happen",
    ),
    ...tests("crash/one-unit-left.test.ts", "the repeat is told 'out of stock'"),
  ],
  "A worker dies in mid-call": [
    ...tests("machine/step-outcome.test.ts", "the same attempt is delivered again", "with `retry none` nothing is called twice"),
    ...tests("engine/worker.test.ts", "delivered again by the next worker, marked"),
    ...tests("engine/outage.test.ts", "the call is delivered again at once, with all of its time"),
    ...tests("testing/run-saga.test.ts", "kills its worker where it is told to"),
    ...tests("crash/crash.test.ts", "nothing is lost or doubled in the order that"),
  ],
  "A time-out": [
    ...tests(
      "machine/step-outcome.test.ts",
      "tells the handler to abort and gives it a second",
      "an answer within the grace counts",
    ),
    ...stories("a time-out: the handler is told to abort", "an answer within the grace of a time-out counts"),
    ...tests("plan/lower.test.ts", "a step before the pivot"),
  ],
  "A late answer": [
    ...stories("an answer after the grace is late"),
    ...tests("engine/called-sagas.test.ts", "a success makes its compensation be called once more", "an alarm names it"),
    ...tests(
      "engine/late-answers.test.ts",
      "for as long as its time limit; then an alarm names it",
      "also of a called saga that is let go with it",
      "of a step that was said not to have happened",
    ),
  ],
  Retries: [
    ...tests("machine/retries.test.ts", "attempts are made, exactly", "a declared error is an answer and is not retried"),
    ...tests("machine/policies.test.ts", "leaves the attempts alone that are for when nobody knows"),
    ...stories(
      "an unknown outcome is retried with a pause, under the same key",
      "attempts spent: the unknown step is undone too",
    ),
    ...runs("on E retry: attempts and pauses of its own, then what it says"),
  ],
  "The pause before attempt n + 1": tests(
    "machine/retries.test.ts",
    "is drawn from lo to lo doubled with each attempt, at most hi",
    "is the same in a replay, and differs between sagas and attempts",
    "of one length is always that long",
  ),
  "A time that is worked out": tests(
    "engine/emitted/times.ts",
    "times: of an attempt and its pause, as the input says",
    "times: none at all is over at once",
    "times: a longest pause that is shorter than the first does not count",
    "times: as long as a duration can be",
  ),
  inquire: [
    ...tests(
      "machine/retries.test.ts",
      "is asked when the outcome is unknown, not before",
      "it happened: the step is completed",
      "it did not happen: the next attempt is a fresh one",
      "unknown still: asked again within its budget",
    ),
    ...tests("machine/group.test.ts", "an inquiry is not interrupted"),
    ...stories(
      "an unknown authorization is inquired: it happened",
      "inquired: it did not happen, so the next attempt is a fresh one",
    ),
    ...runs("inquire: it happened, so it is not made again"),
  ],
  compute: tests(
    "engine/called-sagas.test.ts",
    "is given its arguments, and its result is in the history",
    "where it throws the saga is quarantined",
  ),
  "Idempotency key": [
    ...tests("machine/retries.test.ts", "the next attempt is a fresh one, with a key of its own"),
    ...stories("retried with a pause, under the same key"),
    ...tests("testing/run-saga.test.ts", "PlaceOrder/run-1/authorizePayment/forward/0"),
  ],
  Expressions: tests("plan/expressions.test.ts", "has the value that the plan says, which fits its type, whatever the input is"),
  "on E continue, on E { … }, on E park, on E fail F": [
    ...tests(
      "machine/policies.test.ts",
      "goes on without the step, and there is nothing to undo",
      "does not where nobody knows whether the error is true",
      "waits for a person, who lets the step be made again",
      "takes it, and goes on behind the step",
      "on an error fail with another one",
    ),
    ...runs("on E continue, a block, fail with another: each where it says", "on E park: a person lets it be made again"),
  ],
  "retry n then park": [
    ...tests(
      "machine/policies.test.ts",
      "asks a person instead of failing",
      "fails all the same with an error that the step declares",
    ),
    ...runs("retry n then park: a person is asked"),
  ],
  "retry n then fail E { … }": tests(
    "engine/emitted/scopes.ts",
    "retry then fail E: nobody knows, so it is undone",
    "retry then fail E: an inquiry says that it did not happen",
    "retry then fail E: an error that it declares is met as that says",
  ),
  "best effort": [
    ...tests("machine/policies.test.ts", "a best effort step"),
    ...runs("best effort: on it goes, and nothing of it is undone"),
  ],
  "Output that does not fit its type, is not JSON, or is too large": [
    ...tests("machine/step-outcome.test.ts", "parks at once, without a retry", "the step counts as unknown"),
    ...stories("an output that does not fit its type parks; a person says what happened"),
  ],
};
