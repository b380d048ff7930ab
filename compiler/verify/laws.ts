import { CALLS_HAVE_ONE_IDENTITY, PARKS_FOR_A_REASON, RETRIES_ARE_KEPT, WHAT_COMES_IS_HEARD } from "./laws/calls.ts";
import {
  FAILING_STOPS_AT_ONCE,
  GOES_BACK_FOR_A_REASON,
  INTERRUPTIONS,
  SCOPES_FAIL_FOR_A_REASON,
  UNDO_IS_NOT_INTERRUPTED,
} from "./laws/failing.ts";
import type { Law } from "./laws/law.ts";
import {
  ACCEPTED_ONCE,
  NO_WAY_BACK,
  PROGRAM_ORDER,
  UNDO_ORDER,
  UNDONE_BEFORE_WHAT_FOLLOWS,
  UNDONE_IN_ITS_SCOPE,
  UNDONE_ONCE,
} from "./laws/order.ts";
import {
  COMPENSATED_IS_UNDONE,
  COMPLETED_IS_WHOLE,
  ENDED_IS_SETTLED,
  ENDINGS_CHANGE_NOTHING,
  GIVEN_UP_IS_UNDONE,
  IDLE_IS_PARKED,
  ONE_BRANCH_STANDS,
} from "./laws/outcome.ts";
import {
  BEST_EFFORT_STOPS_NOTHING,
  CONDITIONS_DECIDE,
  KEEPS_TO_ITS_PLAN,
  POLICIES_ARE_KEPT,
  SIGNALS_ARE_TAKEN_ONCE,
} from "./laws/plan.ts";
import { TIME_LIMITS_ARE_KEPT, WAITS_END_IN_TIME } from "./laws/times.ts";

export { type Law, type Move, sameState } from "./laws/law.ts";

/** The law of the whole walk, held by the explorer: no single move can break it. */
export const REACHES_AN_END = {
  name: "reaches-an-end",
  says: "from every state an end can be reached, if need be with a person's help",
};

/** No event makes the machine throw; also the explorer's. */
export const NEVER_THROWS = { name: "never-throws", says: "nothing that happens makes the machine throw" };

/** The runtime's compiled transition, which the explorer walks by, and XState agree; also the explorer's. */
export const EQUALS_ITS_MACHINE = {
  name: "equals-its-machine",
  says: "the compiled transition comes to the same state as the XState machine",
};

/** What means nothing in a state: see `SENSELESS`. */
export const LATE_ANSWERS = {
  name: "late-answers",
  says: "an answer or signal that is not waited for, and a word about a call that is not parked, change nothing",
};

export const LAWS: readonly Law[] = [
  ENDED_IS_SETTLED,
  IDLE_IS_PARKED,
  COMPLETED_IS_WHOLE,
  GIVEN_UP_IS_UNDONE,
  COMPENSATED_IS_UNDONE,
  ONE_BRANCH_STANDS,
  ENDINGS_CHANGE_NOTHING,
  UNDO_ORDER,
  UNDONE_ONCE,
  UNDONE_BEFORE_WHAT_FOLLOWS,
  PROGRAM_ORDER,
  ACCEPTED_ONCE,
  NO_WAY_BACK,
  GOES_BACK_FOR_A_REASON,
  SCOPES_FAIL_FOR_A_REASON,
  FAILING_STOPS_AT_ONCE,
  UNDO_IS_NOT_INTERRUPTED,
  INTERRUPTIONS,
  WHAT_COMES_IS_HEARD,
  CONDITIONS_DECIDE,
  POLICIES_ARE_KEPT,
  BEST_EFFORT_STOPS_NOTHING,
  SIGNALS_ARE_TAKEN_ONCE,
  RETRIES_ARE_KEPT,
  PARKS_FOR_A_REASON,
  TIME_LIMITS_ARE_KEPT,
  WAITS_END_IN_TIME,
  CALLS_HAVE_ONE_IDENTITY,
  UNDONE_IN_ITS_SCOPE,
  KEEPS_TO_ITS_PLAN,
];
