/**
 * What is known of the words of generated machines beside what they do. It only spares work: of a word that is not named here the worst is
 * taken, that it may set or read anything. `test/transition` holds it against the machines.
 */

/** Guards that read nothing but whether the saga or one of its scopes has failed. */
export const READS_FAILURES: ReadonlySet<string> = new Set(["failing", "failingIn"]);

/** Actions that ask for the time, those that are not named among the others too. */
export const ASKS_FOR_THE_TIME: ReadonlySet<string> = new Set(["keepPending"]);

/** Actions that assign records of steps, and nothing else of the context. */
export const ASSIGNS_STEPS: ReadonlySet<string> = new Set([
  "begin",
  "complete",
  "doubt",
  "lose",
  "deny",
  "keepPending",
  "countRefusal",
  "catchPending",
  "catchOther",
  "passOver",
  "enterScope",
  "leaveScope",
  "freshBudget",
  "ask",
  "inquire",
  "undo",
  "settleUndo",
  "freshUndoBudget",
  "arm",
  "receive",
  "timeOut",
]);

/** Actions that assign no record of a step. */
export const LEAVES_STEPS: ReadonlySet<string> = new Set([
  "reachPivot",
  "passPivot",
  "leavePivot",
  "latch",
  "markOverdue",
  "endWell",
]);

/** Actions that fail neither the saga nor a scope: none that only assigns records of steps does. */
export const FAILS_NOTHING: ReadonlySet<string> = new Set([...ASSIGNS_STEPS, ...LEAVES_STEPS, "passOverEnding"]);
